import { distanceOf } from "./difference.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** The recorded request that differs in the fewest lines; one of the same place before all others. */
export function nearest(request: RecordedRequest, recorded: readonly RecordedRequest[]): RecordedRequest | undefined {
  const there = recorded.filter(({ method, url }) => method === request.method && url === request.url);
  let best: { readonly request: RecordedRequest; readonly distance: number } | undefined;
  for (const candidate of there.length > 0 ? there : recorded) {
    const distance = distanceOf(candidate, request);
    if (best === undefined || distance < best.distance) best = { request: candidate, distance };
  }
  return best?.request;
}
