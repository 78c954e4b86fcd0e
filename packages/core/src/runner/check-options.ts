import { InvalidOptionError } from "@flujo/dsl";
import type { FlujoOptions, ForkOptions, ResumeOptions, RunOptions } from "./flujo-options.ts";

// What there is to set: anything else is refused.
export const OPTIONS: readonly (keyof FlujoOptions<unknown>)[] = [
  "modules",
  "container",
  "context",
  "budget",
  "concurrency",
  "migrations",
  "hooks",
  "capture",
];
export const RUN_OPTIONS: readonly (keyof RunOptions)[] = ["runId", "signal", "tags"];
export const RESUME_OPTIONS: readonly (keyof ResumeOptions)[] = ["signals", "signal"];
export const FORK_OPTIONS: readonly (keyof ForkOptions)[] = ["from", "context", "runId", "signal", "tags"];

const MAX_RUN_ID_LENGTH = 256;

/** What UTF-8 has no form for, so that databases and files can't keep it. */
const HALF_PAIR = /\p{Cs}/u;
const WHOLE_TEXT = "a string without half a surrogate pair";

/** What events show of a value; undefined: nothing. @throws `InvalidOptionError` for what is no such option */
export function captureOf(
  capture: FlujoOptions<unknown>["capture"] = "off",
): ((value: unknown, path: string) => unknown) | undefined {
  if (capture === "off") return undefined;
  if (capture === "full") return (value) => value;
  if (typeof capture === "function") return capture;
  throw new InvalidOptionError("options.capture", capture, 'one of "off", "full", or a function');
}

/** @throws `InvalidOptionError` for a tag that is no string, or that not every backend can keep as it is */
export function checkTags(tags: Readonly<Record<string, string>> = {}): void {
  if (!isPlainObject(tags)) throw new InvalidOptionError("options.tags", tags, "an object of strings");
  for (const [tag, value] of Object.entries(tags)) {
    if (typeof value !== "string") throw new InvalidOptionError(`options.tags.${tag}`, value, "a string");
    if (HALF_PAIR.test(tag + value)) throw new InvalidOptionError(`options.tags.${tag}`, value, WHOLE_TEXT);
  }
}

/** @throws `InvalidOptionError` for answers that have no names */
export function checkSignals(signals: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  if (isPlainObject(signals)) return signals;
  throw new InvalidOptionError("options.signals", signals, "an object with an answer for each question");
}

/** @throws `InvalidOptionError` for what no backend need take for an id */
export function checkRunId(runId: string): string {
  if (typeof runId === "string" && HALF_PAIR.test(runId)) throw new InvalidOptionError("runId", runId, WHOLE_TEXT);
  if (typeof runId === "string" && runId.trim() !== "" && runId.length <= MAX_RUN_ID_LENGTH && !/\p{Cc}/u.test(runId))
    return runId;
  throw new InvalidOptionError(
    "runId",
    runId,
    `a string of 1 to ${MAX_RUN_ID_LENGTH} characters, none of them a control character`,
  );
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
