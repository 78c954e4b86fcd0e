import { setTimeout as wait } from "node:timers/promises";
import type { StateBackend } from "@flujo/core/protocols";
import { FlujoError } from "@flujo/dsl";
import { appendEntries } from "./append-entries.ts";
import { awaitStart } from "./await-start.ts";
import { contend } from "./contend.ts";
import { type CrashProgram, type ResolvedCrashProgram, resolveCrashProgram } from "./crash-program.ts";
import { type Driven, driveToEnd, openRunner, WAYS, type Way } from "./driver.ts";
import { type DriverOrders, MOST_DRIVERS, type OrdersTo } from "./driver-orders.ts";
import { Life } from "./life.ts";
import { mortalBackend } from "./mortal-backend.ts";
import { ProcessLog } from "./process-log.ts";
import { shortLeases } from "./short-leases.ts";
import { takeLeases } from "./take-leases.ts";

/** What is said to a driver while another has the run. */
const TAKEN: readonly string[] = ["run_conflict", "signal_refused"];

/** How long a driver leaves a run to another before it asks again, in milliseconds. */
const PATIENCE_MS = 5;

/**
 * What a driver process does that `crashProcesses` has started with a script of yours: it drives the run that it is told to, in turn with
 * others, until the run has ended. It finds its orders in the last of its arguments.
 */
export async function driveAsProcess<Input, Output, Context>(
  program: CrashProgram<Input, Output, Context>,
): Promise<void> {
  const orders = JSON.parse(process.argv.at(-1) as string) as DriverOrders;
  const resolved = resolveCrashProgram(program);
  const log = new ProcessLog(orders.log);
  // Those that ask for leases at one moment also open the store then.
  if (orders.task === "lease") await awaitStart();
  await using store = await resolved.open(orders.folder);
  // Awaited here, for the store is disposed of at the end.
  switch (orders.task) {
    case "drive":
      await drive(resolved, store, orders, log);
      break;
    case "contend":
      await contend(resolved, store, orders, lifeOf(orders.by, log));
      break;
    case "lease":
      await takeLeases(store, orders);
      break;
    case "append":
      await appendEntries(store, orders, lifeOf(orders.by, log));
  }
}

/** Drives the run until it has ended. Whoever has lost the run to another is a new driver when he has it again. */
async function drive(
  program: ResolvedCrashProgram,
  store: StateBackend,
  orders: OrdersTo<"drive">,
  log: ProcessLog,
): Promise<void> {
  for (let by = orders.by; ; by += MOST_DRIVERS) {
    const driven = await driveUntilLost(program, store, { ...orders, by }, log);
    if (driven instanceof Error) continue;
    log.append({ type: "ended", by, reported: driven });
    return;
  }
}

async function driveUntilLost(
  { build, run, leaseTtlMs }: ResolvedCrashProgram,
  store: StateBackend,
  orders: OrdersTo<"drive">,
  log: ProcessLog,
): Promise<Driven> {
  const { runId, by } = orders;
  const ttlMs = orders.leaseTtlMs ?? leaseTtlMs;
  const modules = [...(run.modules ?? []), ...(ttlMs === undefined ? [] : [shortLeases(ttlMs)])];
  const life = lifeOf(by, log);
  const { backend } = mortalBackend(store, life);
  await using runner = openRunner(build(life.effects), { ...run, modules }, backend, (path) => {
    life.note({ type: "begun", by, path });
  });
  for (let turn = by; ; turn++) {
    const driven = await driveToEnd(runner, runId, run, WAYS[turn % WAYS.length] as Way);
    if (!(driven instanceof Error)) return driven;
    if (!FlujoError.is(driven)) throw driven;
    if (driven.code === "lease_lost") {
      process.stdout.write(`${driven.code}\n`);
      return driven;
    }
    if (!TAKEN.includes(driven.code)) throw driven;
    await wait(PATIENCE_MS);
  }
}

function lifeOf(by: number, log: ProcessLog): Life {
  return new Life(by, undefined, (happening) => {
    log.append(happening);
  });
}
