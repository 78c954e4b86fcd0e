import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import type { EndedStatus } from "./run-record.ts";
import type { RunRetention } from "./state-backend.ts";

/** A retention with its defaults filled in and its ranges checked. */
export interface ResolvedRunRetention extends Pick<RunRetention, "pipeline" | "endedBefore"> {
  readonly status: readonly EndedStatus[];
  readonly tags: Readonly<Record<string, string>>;
  readonly limit: number;
}

const ENDED: readonly EndedStatus[] = ["completed", "failed", "cancelled"];
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;
const KEYS = ["endedBefore", "status", "pipeline", "tags", "limit"] satisfies readonly (keyof RunRetention)[];

/**
 * What backends make of a retention before they delete anything. Strict: a filter that was misspelt would delete more than was meant.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used
 */
export function resolveRunRetention(retention: RunRetention): ResolvedRunRetention {
  checkKeys("retention", retention, KEYS);
  const { endedBefore, status = ENDED, pipeline, tags = {}, limit = DEFAULT_LIMIT } = retention;
  if (typeof endedBefore !== "number" || Number.isNaN(endedBefore)) {
    throw new InvalidOptionError("endedBefore", endedBefore, "a moment, in milliseconds since the epoch");
  }
  if (!Array.isArray(status) || !status.every((one) => ENDED.includes(one))) {
    throw new InvalidOptionError("status", status, `a list of ${ENDED.join(", ")}`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidOptionError("limit", limit, `a whole number from 1 to ${MAX_LIMIT}`);
  }
  return { endedBefore, status, ...(pipeline !== undefined && { pipeline }), tags, limit };
}
