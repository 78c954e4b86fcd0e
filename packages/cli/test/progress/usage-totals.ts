import { NO_USAGE, type Usage } from "@flujo/core/protocols";

/** One call's usage, of which only the sum of tokens matters. */
export function tokens(totalTokens: number): Usage {
  return { ...NO_USAGE, requests: 1, totalTokens, known: { ...NO_USAGE.known, totalTokens } };
}
