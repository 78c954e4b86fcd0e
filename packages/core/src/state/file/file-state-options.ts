import { resolve } from "node:path";
import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import type { Clock } from "../../protocols/clock.ts";

export interface FileStateOptions {
  /**
   * Path of the folder, from the working directory if it is relative. It, and the folders that it is in, are
   * created if they are missing. On a disk of this host: a folder on the network may lose runs.
   */
  readonly folder: string;
  /**
   * `full`: what was written survives a loss of power; every write waits for the disk.
   * `normal`: it survives the end of the process, and is written many times as fast; a loss of power may
   * undo the newest writes. Default `full`.
   */
  readonly durability?: "full" | "normal";
  /** Longest wait for another process that is writing to the same run, in milliseconds. Whole, at least 0. Default 5000. */
  readonly busyTimeoutMs?: number;
  /** What leases are timed by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
}

/** Options with their defaults filled in and their ranges checked; `folder` is absolute. */
export type ResolvedFileStateOptions = Readonly<Required<FileStateOptions>>;

const DEFAULTS = {
  durability: "full",
  busyTimeoutMs: 5_000,
  clock: { now: () => Date.now() },
} as const;

/** @throws {@link InvalidOptionError} naming the first option that can't be used */
export function resolveFileStateOptions(options: FileStateOptions): ResolvedFileStateOptions {
  checkKeys("fileState", options, ["folder", ...Object.keys(DEFAULTS)]);
  const { folder, durability, busyTimeoutMs, clock } = { ...DEFAULTS, ...options };
  if (typeof folder !== "string" || folder === "" || folder.includes("\0")) {
    throw new InvalidOptionError("folder", folder, "the path of a folder");
  }
  if (durability !== "full" && durability !== "normal") {
    throw new InvalidOptionError("durability", durability, `"full" or "normal"`);
  }
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw new InvalidOptionError("busyTimeoutMs", busyTimeoutMs, "a whole number from 0");
  }
  return { folder: resolve(folder), durability, busyTimeoutMs, clock };
}
