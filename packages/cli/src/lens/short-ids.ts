const SHORTEST = 8;

/** For each of the ids its beginning, long enough to tell it from the others of the list. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...ids].sort();
  return new Map(
    sorted.map((id, index) => {
      const needed = Math.max(common(id, sorted[index - 1] ?? ""), common(id, sorted[index + 1] ?? "")) + 1;
      return [id, id.slice(0, Math.max(SHORTEST, needed))];
    }),
  );
}

/** How many characters two ids have in common from the beginning. */
function common(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
