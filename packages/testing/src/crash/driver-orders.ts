import { fileURLToPath } from "node:url";
import { ChildProgram } from "./child-program.ts";

/** The processes of one run have numbers below this; one that is a new driver again has its number and a multiple of this. */
export const MOST_DRIVERS = 100_000;

/** What a driver process is to do: the last of its arguments, as JSON. */
export type DriverOrders = {
  readonly runId: string;
  /** Where the store is. */
  readonly folder: string;
  /** The file that it writes down in what it sees. */
  readonly log: string;
  /** Its number. */
  readonly by: number;
} & (
  | {
      /** Drives the run to its end, in turn with others. */
      readonly task: "drive";
      readonly leaseTtlMs?: number;
    }
  | {
      /** Once it is told to start, answers the run's questions and resumes it, from so many runners at once. Prints what came of each call. */
      readonly task: "contend";
      readonly callers: number;
    }
  | {
      /** Once it is told to start, asks for the leases of runs, prints as JSON which it got, and lives until its input ends. */
      readonly task: "lease";
      readonly runIds: readonly string[];
    }
  | {
      /** Appends entries to the run without end, two at a time. */
      readonly task: "append";
      readonly leaseTtlMs: number;
    }
);

/** The orders of one kind. */
export type OrdersTo<Task extends DriverOrders["task"]> = Extract<DriverOrders, { readonly task: Task }>;

/** The file that driver processes run: a script, or the module of a program. */
export type DriverFile = { readonly script: string | URL } | { readonly module: string | URL };

/** Starts a process that does as it is told by `driveAsProcess`. */
export function startDriver(file: DriverFile, orders: DriverOrders): ChildProgram {
  const text = JSON.stringify(orders);
  if ("script" in file) return new ChildProgram(file.script, [text]);
  const { module } = file;
  return new ChildProgram(MAIN, [typeof module === "string" ? module : fileURLToPath(module), text]);
}

/** What a driver process runs that has only a module. It has this file's extension, whether that is compiled or not. */
const MAIN = new URL(`./drive-module.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
