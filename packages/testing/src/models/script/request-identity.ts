import { createHash } from "node:crypto";
import { textSeededRandom } from "../../random/text-seeded-random.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ModelRequest } from "./model-request.ts";

/** Tells requests apart by their content, and counts those that are alike. */
export class RequestIdentities {
  readonly #seed: number;
  readonly #seen = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  identify(content: unknown): Pick<ModelRequest, "hash" | "nth" | "random"> {
    const hash = createHash("sha256").update(canonicalJson(content)).digest("hex").slice(0, 32);
    const nth = (this.#seen.get(hash) ?? 0) + 1;
    this.#seen.set(hash, nth);
    return { hash, nth, random: textSeededRandom(`${this.#seed} ${hash} ${nth}`) };
  }

  clear(): void {
    this.#seen.clear();
  }
}
