import type { IdGenerator } from "../protocols/id-generator.ts";

/** Random UUIDs (version 4). */
export class UuidGenerator implements IdGenerator {
  next(): string {
    // The global one: importing node:crypto takes longer than anything else that this package imports of Node.
    return crypto.randomUUID();
  }
}
