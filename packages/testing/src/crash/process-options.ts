import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import { checkWhole, freshSeed } from "./crash-options.ts";
import type { DriverFile } from "./driver-orders.ts";

/** How often driver processes are killed, and when. Either `module` or `script` says what they run. */
export interface CrashProcessesOptions {
  /** The module that has the program as its default export: a path, or a `file:` URL. */
  readonly module?: string | URL;
  /** A script of yours, that calls `driveAsProcess(program)`. */
  readonly script?: string | URL;
  /** How many processes are killed in all, at least. Whole, at least 1. Default 10. */
  readonly kills?: number;
  /** Of one run, before it is left to end. Whole, at least 1. Default 6. */
  readonly killsPerRun?: number;
  /** How many processes drive a run together. Whole, at least 1. Default 2. */
  readonly drivers?: number;
  /** Longest time from a sign of life to a kill, in milliseconds. Whole, at least 0. Default 120. */
  readonly maxDelayMs?: number;
  /** Draws who is killed, and when. Whole. Default: one that differs each time, and is in the report. */
  readonly seed?: number;
  /** Ends the test: processes are killed, and it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options with their defaults filled in and their ranges checked. */
export type ResolvedCrashProcesses = Required<Omit<CrashProcessesOptions, "module" | "script" | "signal">> & {
  readonly file: DriverFile;
  readonly signal: AbortSignal | undefined;
};

const OPTIONS = ["module", "script", "kills", "killsPerRun", "drivers", "maxDelayMs", "seed", "signal"];

/** @throws {@link InvalidOptionError} naming the first option that can't be used */
export function resolveCrashProcesses(options: CrashProcessesOptions): ResolvedCrashProcesses {
  checkKeys("options", options, OPTIONS);
  const { kills = 10, killsPerRun = 6, drivers = 2, maxDelayMs = 120, seed = freshSeed(), signal } = options;
  for (const [name, count] of Object.entries({ kills, killsPerRun, drivers })) checkWhole(`options.${name}`, count, 1);
  checkWhole("options.maxDelayMs", maxDelayMs, 0);
  checkWhole("options.seed", seed, 0);
  return { file: driverFile(options), kills, killsPerRun, drivers, maxDelayMs, seed, signal };
}

/** @throws {@link InvalidOptionError} unless there is one of the two */
function driverFile({ module, script }: Pick<CrashProcessesOptions, "module" | "script">): DriverFile {
  if (module !== undefined && script === undefined) return { module };
  if (script !== undefined && module === undefined) return { script };
  throw new InvalidOptionError("options.module", module, "a path or a URL, where there is no script, and only there");
}
