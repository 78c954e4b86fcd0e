import { foldKey } from "./name-members.ts";

/** Whether `key` is `name` but for a slip: a letter or two too many, too few, wrong or swapped, or a part of it only. */
export function isMisspelt(key: string, name: string): boolean {
  const [a, b] = [foldKey(key), foldKey(name)];
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 3 && long.includes(short)) return true;
  const slips = long.length > 4 ? 2 : long.length > 2 ? 1 : 0;
  if (long.length > 128 || long.length - short.length > slips) return false;
  return [...a].sort().join("") === [...b].sort().join("") || distance(a, b) <= slips;
}

/** Letters to add, to leave out or to change, to make `b` of `a`. Source: V. Levenshtein, 1966. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
