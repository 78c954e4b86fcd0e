import type { Material } from "../brief/brief.ts";

/** The name that most titles share, if they share one, and the terms that most documents have. */
export function briefTitle({ documents, terms }: Pick<Material, "documents" | "terms">): string {
  const shared = sharedName(documents.map(({ title }) => title));
  const subjects = terms
    .filter(({ term }) => !shared?.toLowerCase().includes(term.toLowerCase()))
    .toSorted((a, b) => b.files.length - a.files.length)
    .slice(0, 3)
    .map(({ term }) => `the ${term}`);
  const last = subjects.pop() ?? "what the documents say";
  return `${shared ?? "Brief"}: ${subjects.length === 0 ? last : `${subjects.join(", ")} and ${last}`}`;
}

/** The run of two or more capitalised words that is in the most titles, in two at least; of equals, the longest. */
function sharedName(titles: readonly string[]): string | undefined {
  const spread = new Map<string, number>();
  for (const title of titles) {
    const runs = title.match(/\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)+/gu) ?? [];
    for (const name of new Set(runs.flatMap(stretchesOf))) spread.set(name, (spread.get(name) ?? 0) + 1);
  }
  const [best] = [...spread].sort((a, b) => b[1] - a[1] || b[0].length - a[0].length || (a[0] < b[0] ? -1 : 1));
  return best !== undefined && best[1] > 1 ? best[0] : undefined;
}

/** Every stretch of two or more words in a run of words. */
function stretchesOf(run: string): string[] {
  const words = run.split(" ");
  const stretches: string[] = [];
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 2; to <= words.length; to++) stretches.push(words.slice(from, to).join(" "));
  }
  return stretches;
}
