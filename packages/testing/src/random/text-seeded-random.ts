import { createHash } from "node:crypto";
import { seededRandom } from "./seeded-random.ts";

/** Numbers from 0 to 1 (1 excluded), the same for the same text. */
export function textSeededRandom(text: string): () => number {
  return seededRandom(createHash("sha256").update(text).digest().readUInt32LE()).next;
}
