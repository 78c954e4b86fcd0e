import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Flujo } from "@flujo/core";
import type { Lease } from "@flujo/core/protocols";
import { type Step, step } from "@flujo/dsl";
import { PostgresStateBackend, postgresState } from "@flujo/state-postgres";
import { Client } from "pg";
import { chainOf } from "./chain-of.ts";
import { micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

const SERVE = fileURLToPath(new URL("../../packages/state-postgres/test/server/serve.ts", import.meta.url));
const STEPS = 100;
const RUNS = 100;
/** Of each of the runs that go on at once. */
const STEPS_A_RUN = 20;

/** What a durable step costs on a server of this machine's, beside the least that it could cost. */
export async function benchPostgres(): Promise<void> {
  const server = spawn(process.execPath, [SERVE], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const connectionString = String(line).trim();
  try {
    for (const durability of ["full", "normal"] as const) await benchDurability(connectionString, durability);
  } finally {
    server.stdin.end();
    await once(server, "exit");
  }
}

async function benchDurability(connectionString: string, durability: "full" | "normal"): Promise<void> {
  const options = { connectionString, durability, schema: `bench ${durability}` };
  await using bare = await BareInserts.open(connectionString, durability);
  await using backend = new PostgresStateBackend(options);
  await using flujo = new Flujo(chain(), { modules: [postgresState(options)] });
  const leases = await Promise.all(Array.from({ length: RUNS }, (_, index) => createLeased(backend, `run ${index}`)));
  const one = await createLeased(backend, "one");
  const times = await race(
    {
      bare: () => bare.insert(STEPS),
      append: () => append(backend, one, STEPS),
      flujo: () => flujo.run(0),
      bareTogether: () => bare.insertTogether(STEPS_A_RUN, RUNS),
      appendTogether: () => Promise.all(leases.map((lease) => append(backend, lease, STEPS_A_RUN))),
      flujoTogether: () => Promise.all(Array.from({ length: RUNS / 10 }, () => flujo.run(0))),
    },
    { rounds: 7 },
  );
  const all = RUNS * STEPS_A_RUN;
  report(`A durable step on PostgreSQL, durability "${durability}" (median of 7)`, [
    ["one run: bare insert, one a transaction", micros(times.bare / STEPS)],
    ["one run: an entry appended", micros(times.append / STEPS), `${ratio(times.append, times.bare)} the bare insert`],
    ["one run: Flujo", micros(times.flujo / STEPS), `${ratio(times.flujo, times.bare)} the bare insert`],
    [`${RUNS} runs: bare insert, ${RUNS} rows a transaction`, micros(times.bareTogether / all)],
    [
      `${RUNS} runs: an entry appended`,
      micros(times.appendTogether / all),
      `${ratio(times.appendTogether, times.bareTogether)} the bare insert, ${perSecond(times.appendTogether / all)}`,
    ],
    [
      `${RUNS / 10} runs: Flujo, with beginning and end`,
      micros(times.flujoTogether / (RUNS / 10) / STEPS),
      perSecond(times.flujoTogether / (RUNS / 10) / STEPS),
    ],
  ]);
}

function chain(): Step<number, number> {
  return chainOf(STEPS, (name) => step(name, async (n: number) => n + 1));
}

function perSecond(ms: number): string {
  return `${(1_000 / ms).toFixed(0)} a second`;
}

async function createLeased(backend: PostgresStateBackend, runId: string): Promise<Lease> {
  const rest = { pipeline: "bench", plan: "{}", input: "0", context: "{}", tags: {}, createdAt: Date.now() };
  await backend.createRun({ runId, ...rest });
  const lease = await backend.acquireLease(runId, 3_600_000);
  if (lease === undefined) throw new Error(`The lease of ${runId} is free, and was not given`);
  return lease;
}

let entries = 0;

async function append(backend: PostgresStateBackend, lease: Lease, count: number): Promise<void> {
  const now = Date.now();
  const rest = { kind: "step", status: "completed", output: "51", attempts: 1, startedAt: now, endedAt: now } as const;
  for (let index = 0; index < count; index++) {
    const path = `s${entries++}`;
    await backend.appendEntries(lease, [{ path, name: path, ...rest }]);
  }
}

/** The least that it could cost: the bytes of an entry, as JSON, in a table with a key, over one connection. */
class BareInserts implements AsyncDisposable {
  readonly #client: Client;
  readonly #table: string;
  #row = 0;

  private constructor(client: Client, table: string) {
    this.#client = client;
    this.#table = table;
  }

  static async open(connectionString: string, durability: "full" | "normal"): Promise<BareInserts> {
    const client = new Client({ connectionString });
    await client.connect();
    const table = `bare_${durability}`;
    await client.query(`SET synchronous_commit = ${durability === "full" ? "on" : "off"}`);
    await client.query(`CREATE TABLE ${table} (run text, row integer, body text, PRIMARY KEY (run, row))`);
    return new BareInserts(client, table);
  }

  async insert(count: number): Promise<void> {
    const text = `INSERT INTO ${this.#table} VALUES ($1, $2, $3)`;
    for (let index = 0; index < count; index++) {
      await this.#client.query({ name: "one", text, values: ["run", this.#row++, body()] });
    }
  }

  /** @param rows - in one transaction, and one statement */
  async insertTogether(count: number, rows: number): Promise<void> {
    const text = `INSERT INTO ${this.#table} SELECT 'run', unnest($1::integer[]), unnest($2::text[])`;
    for (let index = 0; index < count; index++) {
      const keys = Array.from({ length: rows }, () => this.#row++);
      await this.#client.query({ name: "together", text, values: [keys, keys.map(body)] });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

/** Bytes of one journal entry, roughly. */
function body(): string {
  const now = Date.now();
  const rest = { kind: "step", status: "completed", output: "51", attempts: 1, startedAt: now, endedAt: now };
  return JSON.stringify({ path: "s50", name: "s50", ...rest });
}
