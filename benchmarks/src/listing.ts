import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_USAGE, type RunQuery, type RunStatus } from "@flujo/core/protocols";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { millis, report } from "./report.ts";
import { quantile } from "./statistics.ts";

const RUNS = 100_000;
/** Runs that are written together. */
const BATCH = 2_000;
/** Times that each question is asked, each time of other values. */
const ASKED = 200;
const PIPELINES = 12;
const CUSTOMERS = 2_000;
const DAY_MS = 86_400_000;
const BEGIN = Date.UTC(2026, 0, 1);
/** A run every 26 seconds: thirty days of them. */
const APART_MS = (30 * DAY_MS) / RUNS;

/** How long lists of runs take to find in an SQLite database of 100 000, by filter. */
export async function benchListing(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-listing-"));
  try {
    await using backend = new SqliteStateBackend({ file: join(folder, "runs.db"), durability: "normal" });
    await fill(backend);
    const rows: [string, string, string][] = [];
    for (const [what, queryOf] of Object.entries(QUESTIONS)) {
      const times: number[] = [];
      let found = 0;
      for (let round = -10; round < ASKED; round++) {
        const start = performance.now();
        const { runs } = await backend.listRuns(queryOf(Math.abs(round)));
        if (round < 0) continue;
        times.push(performance.now() - start);
        found += runs.length;
      }
      const beside = `p95 ${millis(quantile(times, 0.95))}, ${(found / ASKED).toFixed(1)} runs found`;
      rows.push([what, millis(quantile(times, 0.5)), beside]);
    }
    report(`A list of up to 50 of ${RUNS} runs in SQLite (median of ${ASKED}; p95 to be under 20 ms)`, rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const team = (round: number): string => `team ${round % 8}`;
const customer = (round: number): string => `customer ${(round * 37) % CUSTOMERS}`;
const pipelineOf = (round: number): string => `pipeline ${round % PIPELINES}`;
const momentOf = (round: number): number => BEGIN + ((round * 7919) % RUNS) * APART_MS;

const QUESTIONS: Readonly<Record<string, (round: number) => RunQuery>> = {
  "the newest": () => ({}),
  "a page in the midst": (round) => ({ cursor: `${momentOf(round)} x` }),
  "of a day": (round) => ({ createdSince: momentOf(round), createdBefore: momentOf(round) + DAY_MS }),
  "one status, common": () => ({ status: ["completed"] }),
  "one status, rare": () => ({ status: ["cancelled"] }),
  "several statuses": () => ({ status: ["paused", "failed", "running"] }),
  "all that ended": () => ({ status: ["completed", "failed", "cancelled"] }),
  "a pipeline": (round) => ({ pipeline: pipelineOf(round) }),
  "a pipeline that nobody has": () => ({ pipeline: "none" }),
  "a pipeline and statuses": (round) => ({ pipeline: pipelineOf(round), status: ["failed", "running"] }),
  "a tag, common": (round) => ({ tags: { team: team(round) } }),
  "a tag, rare": (round) => ({ tags: { customer: customer(round) } }),
  "a tag that nobody has": () => ({ tags: { customer: "none" } }),
  "two tags": (round) => ({ tags: { team: team(round), customer: customer(round) } }),
  "two tags, common, that no run has both": (round) => ({ tags: { team: team(round), twin: team(round + 1) } }),
  "a common tag and a rare status": (round) => ({ tags: { team: team(round) }, status: ["cancelled"] }),
  "a common tag and a status that none of it has": () => ({ tags: { half: "older" }, status: ["running"] }),
  "a tag of old runs and a pipeline": (round) => ({ tags: { half: "older" }, pipeline: pipelineOf(round) }),
  "a tag, a pipeline, statuses and a week": (round) => ({
    tags: { team: team(round) },
    pipeline: pipelineOf(round),
    status: ["failed", "completed"],
    createdSince: momentOf(round),
    createdBefore: momentOf(round) + 7 * DAY_MS,
  }),
};

function statusOf(index: number): RunStatus {
  if (index % 1_000 === 7) return "cancelled";
  if (index >= RUNS - 500) return "running";
  if (index % 50 === 3) return "paused";
  return index % 20 === 1 ? "failed" : "completed";
}

async function fill(backend: SqliteStateBackend): Promise<void> {
  const plan = JSON.stringify({
    kind: "pipeline",
    steps: Array.from({ length: 20 }, (_, at) => ({ name: `step ${at}`, kind: "function" })),
  });
  for (let first = 0; first < RUNS; first += BATCH) {
    await Promise.all(
      Array.from({ length: BATCH }, async (_, at) => {
        const index = first + at;
        // Scattered, as ids are: 48 bits of a multiplicative hash.
        const runId = `run-${((index * 0x9e3779b97f4a) % 2 ** 48).toString(16)}-${index}`;
        await backend.createRun({
          runId,
          pipeline: pipelineOf(index),
          plan,
          input: `{"topic":"number ${index}"}`,
          context: "{}",
          tags: {
            team: team(index),
            twin: team(index),
            customer: customer(index),
            half: index < RUNS / 2 ? "older" : "newer",
          },
          createdAt: BEGIN + index * APART_MS,
        });
        const status = statusOf(index);
        if (status === "running") return;
        const lease = await backend.acquireLease(runId, 1_000);
        if (lease === undefined) throw new Error("The lease of a new run is free");
        const endedAt = BEGIN + index * APART_MS + 5_000;
        await backend.endRun(lease, {
          status,
          ...(status === "completed" && { output: `"done"` }),
          ...(status === "failed" && { error: "{}" }),
          finalContext: "{}",
          awaiting: [],
          usage: NO_USAGE,
          endedAt,
        });
      }),
    );
  }
}
