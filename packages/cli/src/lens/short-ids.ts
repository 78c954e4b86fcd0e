import { commonLength } from "../format/text.ts";

const SHORTEST = 8;

/** For each of the ids its beginning, long enough to tell it from the others of the list. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...ids].sort();
  return new Map(
    sorted.map((id, index) => {
      const needed = Math.max(commonLength(id, sorted[index - 1] ?? ""), commonLength(id, sorted[index + 1] ?? "")) + 1;
      return [id, id.slice(0, Math.max(SHORTEST, needed))];
    }),
  );
}
