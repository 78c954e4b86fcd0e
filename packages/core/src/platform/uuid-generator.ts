import { randomUUID } from "node:crypto";
import type { IdGenerator } from "../protocols/id-generator.ts";

/** Random UUIDs (version 4). */
export class UuidGenerator implements IdGenerator {
  next(): string {
    return randomUUID();
  }
}
