import { spawn } from "node:child_process";
import { once } from "node:events";
import { LedgerGovernor } from "@flujo/core";
import { NO_USAGE, type UsageBreach } from "@flujo/core/protocols";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { expect, test } from "vitest";
import { type Place, useServer } from "./server/use-server.ts";

const server = useServer();
const PROGRAM = new URL("./processes/spend.ts", import.meta.url).pathname;
const tags = { tenant: "acme" };
const used = (costPico: bigint) => ({ ...NO_USAGE, requests: 1, costPico, known: { ...NO_USAGE.known, costPico } });

async function spend({ connectionString, schema }: Place, ended: bigint, recorded: bigint): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, connectionString, schema, "acme", `${ended}`, `${recorded}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  expect(await once(child, "exit")).toStrictEqual([null, "SIGKILL"]);
}

test("What another process has spent of a shared budget counts in this one, also of a run that it died in", async () => {
  const place = server.newPlace();
  await spend(place, 3n * 10n ** 11n, 2n * 10n ** 11n);
  await using state = new PostgresStateBackend(place);
  const budgets = [{ name: "acme", period: "always", tags, costUsd: 1 }] as const;
  const open = (governor: LedgerGovernor, runId: string, resumed: boolean, onBreach: (breach: UsageBreach) => void) =>
    governor.open({ runId, tags, createdAt: Date.now(), resumed, budget: undefined, onBreach });

  const breaches: UsageBreach[] = [];
  const governor = new LedgerGovernor({ state, budgets });
  const ledger = await open(governor, "here", false, (breach) => breaches.push(breach));
  ledger.add(used(5n * 10n ** 11n));
  expect(breaches).toStrictEqual([]);

  // The run that was left is gone on with here: what it had spent is replayed, and counts once.
  const resumed = await open(governor, "dies", true, (breach) => breaches.push(breach));
  resumed.add(used(2n * 10n ** 11n));
  expect(breaches).toStrictEqual([]);
  resumed.add(used(1n));
  expect(breaches).toStrictEqual([{ scope: "acme", shared: true, limit: "costUsd", allowed: 1, used: 1.000000000001 }]);
});
