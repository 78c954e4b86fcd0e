import { randomBytes } from "node:crypto";
import type { CitedBriefInput } from "./pipeline.ts";
import { sha256 } from "./sha256.ts";

/** Names what a run works on, and with which model: runs of one name can be continued for one another. */
export function inputTag(input: CitedBriefInput, modelId: string): string {
  return sha256(JSON.stringify([input, modelId]));
}

/** A run id that people can tell apart and type: `brief-20261122-0931-a1b2`. */
export function newRunId(now: Date = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `brief-${day}-${two(now.getHours())}${two(now.getMinutes())}-${randomBytes(2).toString("hex")}`;
}
