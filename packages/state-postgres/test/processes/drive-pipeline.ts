// Drives a run of the long pipeline to its end, in turn with others that do the same, and prints what came of it. Says in a
// file, a line each, which leaves it begins.
import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Flujo } from "@flujo/core";
import { FlujoError, StateBackend } from "@flujo/core/protocols";
import { PostgresStateBackend } from "../../src/postgres-state-backend.ts";
import { CONTEXT, longPipeline } from "./long-pipeline.ts";

/** What may come of two drivers that want the same run. */
const LOST = ["run_conflict", "lease_lost", "signal_refused"];

const [connectionString = "", schema = "", runId = "", begun = ""] = process.argv.slice(2);
const backend = new PostgresStateBackend({ connectionString, schema });
await using flujo = new Flujo(
  longPipeline((path) => appendFileSync(begun, `${path}\n`)),
  { modules: [(container) => container.register(StateBackend, { useValue: backend })], context: CONTEXT },
);
let signals: Record<string, unknown> = { approve: { right: true } };
for (;;) {
  try {
    let result = await flujo.run(0, { runId });
    if (result.status === "paused") result = await flujo.resume(runId, { signals });
    if (result.status === "completed") {
      const { output, context, usage } = result;
      console.log(JSON.stringify([output, context, usage.requests, `${usage.costPico}`, usage.totalTokens]));
      break;
    }
    if (result.status === "failed") throw result.error;
  } catch (error) {
    if (!FlujoError.is(error) || !LOST.includes(error.code)) throw error;
    // Somebody has answered, and may have been killed before it could go on.
    if (error.code === "signal_refused") signals = {};
  }
  await wait(2);
}
