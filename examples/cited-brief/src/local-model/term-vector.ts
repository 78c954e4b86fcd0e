import { countStems } from "./words.ts";

/** Stems and how much each weighs. */
export type TermVector = ReadonlyMap<string, number>;

/** One vector a text: a stem counts for more the fewer of the texts have it (tf · idf). */
export function termVectors(texts: readonly string[]): TermVector[] {
  const counts = texts.map(countStems);
  const spread = new Map<string, number>();
  for (const count of counts) for (const stem of count.keys()) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  return counts.map(
    (count) =>
      new Map(
        Array.from(count, ([stem, times]) => [stem, times * Math.log(1 + texts.length / (spread.get(stem) ?? 1))]),
      ),
  );
}

/** The sum of vectors: what a set of texts is about. */
export function centroid(vectors: readonly TermVector[]): TermVector {
  const sum = new Map<string, number>();
  for (const vector of vectors) for (const [stem, weight] of vector) sum.set(stem, (sum.get(stem) ?? 0) + weight);
  return sum;
}

/** Cosine of the angle between two vectors: 0 nothing in common, 1 the same words. */
export function similarity(a: TermVector, b: TermVector): number {
  let dot = 0;
  for (const [stem, weight] of a) dot += weight * (b.get(stem) ?? 0);
  return dot === 0 ? 0 : dot / (length(a) * length(b));
}

function length(vector: TermVector): number {
  let squares = 0;
  for (const weight of vector.values()) squares += weight * weight;
  return Math.sqrt(squares);
}
