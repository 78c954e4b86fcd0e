import { Flujo, KeyedEngine, MemoryStateBackend, SystemClock, unwrap } from "@flujo/core";
import {
  Clock,
  DurableEngine,
  type DurableHost,
  type FlujoModule,
  type HostedRun,
  StateBackend,
} from "@flujo/core/protocols";
import { human, parallel, pipeline, type Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const DAY = 86_400_000;

/** A clock whose days can be turned on, while its timers are real. */
class Calendar extends SystemClock {
  #ahead = 0;

  override now(): number {
    return Math.floor(super.now() / DAY) * DAY + this.#ahead;
  }

  turn(ms: number): void {
    this.#ahead += ms;
  }
}

function setUp<Output>(graph: Step<number, Output>) {
  const calendar = new Calendar();
  const keep: FlujoModule = (container) => container.register(Clock, { useValue: calendar as Clock });
  return { calendar, flujo: new Flujo(graph, { modules: [keep] }) };
}

const schema = z.object({ ok: z.boolean() });
const legal = human("legal", { prompt: "May we?", schema, deadlineMs: DAY, onDeadline: { ok: false } });

describe("a question with a deadline", () => {
  test("says when that is, and takes an answer until then", async () => {
    const { flujo, calendar } = setUp(legal);
    const paused = await flujo.run(1, { runId: "r" });
    expect(paused).toMatchObject({ status: "paused", awaiting: [{ path: "legal", deadline: calendar.now() + DAY }] });
    calendar.turn(DAY - 1);
    expect(unwrap(await flujo.resume("r", { signals: { legal: { ok: true } } }))).toEqual({ ok: true });
  });

  test("has one deadline, however often the run is looked at", async () => {
    const { flujo, calendar } = setUp(legal);
    const first = await flujo.run(1, { runId: "r" });
    calendar.turn(DAY / 2);
    expect(await flujo.resume("r")).toMatchObject({
      status: "paused",
      awaiting: (first as { awaiting: unknown }).awaiting,
    });
  });

  test("gives what was said for that case once it is over, and refuses an answer", async () => {
    const { flujo, calendar } = setUp(legal);
    await flujo.run(1, { runId: "r" });
    calendar.turn(DAY);
    await expect(flujo.resume("r", { signals: { legal: { ok: true } } })).rejects.toThrow("deadline");
    expect(unwrap(await flujo.resume("r"))).toEqual({ ok: false });
    expect(unwrap(await flujo.resume("r"))).toEqual({ ok: false });
  });

  test("goes by an answer that came in time, also if the run goes on later", async () => {
    const { flujo, calendar } = setUp(legal);
    const paused = await flujo.run(1, { runId: "r" });
    if (paused.status !== "paused") throw new Error("it should be paused");
    await flujo.signal("r", { token: paused.awaiting[0]?.token ?? "", value: { ok: true } });
    calendar.turn(3 * DAY);
    expect(unwrap(await flujo.resume("r"))).toEqual({ ok: true });
  });

  test("fails if nothing was said for that case", async () => {
    const { flujo, calendar } = setUp(human("legal", { prompt: "May we?", schema, deadlineMs: DAY }));
    await flujo.run(1, { runId: "r" });
    calendar.turn(DAY);
    expect(await flujo.resume("r")).toMatchObject({
      status: "failed",
      error: { code: "answer_overdue", path: "legal", message: "Nobody answered within 86400000 ms" },
    });
  });

  test("is found by recover once its deadline is over, and not before; others of the run stay open", async () => {
    const open = human("open", { prompt: "Any word?", schema: z.string() });
    const { flujo, calendar } = setUp(parallel("side", { legal, open }));
    await flujo.run(1, { runId: "r" });
    expect(await flujo.recover()).toEqual([]);
    calendar.turn(DAY);
    const [handle] = await flujo.recover();
    expect(await handle?.result).toMatchObject({ status: "paused", awaiting: [{ path: "side[open]/open" }] });
    expect(unwrap(await flujo.resume("r", { signals: { open: "yes" } }))).toEqual({
      legal: { ok: false },
      open: "yes",
    });
  });

  test("whose deadline is over while the run still works does not pause it", async () => {
    const quick = human("quick", { prompt: "?", schema: z.string(), deadlineMs: 1, onDeadline: "nobody" });
    const { flujo, calendar } = setUp(
      parallel("side", {
        quick,
        slow: step("slow", async (n: number) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          calendarOf().turn(1);
          return n;
        }),
      }),
    );
    const calendarOf = (): Calendar => calendar;
    expect(unwrap(await flujo.run(1))).toEqual({ quick: "nobody", slow: 1 });
  });
});

test("a host for which a deadline is never over is taken at its word: the run pauses, and nothing goes round", async () => {
  const calendar = new Calendar();
  const state = new MemoryStateBackend();
  const engine = new PatientEngine({ state, clock: calendar });
  const patient: FlujoModule = (container) => {
    container.register(Clock, { useValue: calendar as Clock });
    container.register(StateBackend, { useValue: state as StateBackend });
    container.register(DurableEngine, { useValue: engine as DurableEngine });
  };
  const flujo = new Flujo(legal, { modules: [patient] });
  await flujo.run(1, { runId: "r" });
  calendar.turn(DAY);
  engine.drives = 0;
  expect(await flujo.resume("r")).toMatchObject({ status: "paused", awaiting: [{ path: "legal" }] });
  expect(engine.drives).toBe(1);
});

/** Its hosts say of every question that it is open, and give up after a few drives. */
class PatientEngine extends KeyedEngine {
  drives = 0;

  override async open(run: HostedRun): Promise<DurableHost> {
    const host = await super.open(run);
    const drive = host.drive.bind(host);
    host.wait = async () => ({ status: "open" });
    host.drive = (execute, stop) => {
      this.drives++;
      if (this.drives > 3) throw new Error("It goes round");
      return drive(execute, stop);
    };
    return host;
  }
}

test("a deadline must be one, and what is said for it needs one", () => {
  expect(() => human("h", { prompt: "?", schema, deadlineMs: 0 })).toThrow("deadlineMs");
  expect(() => human("h", { prompt: "?", schema, onDeadline: { ok: true } })).toThrow("deadlineMs");
  // @ts-expect-error what stands for an answer is such as an answer
  pipeline("p", human("h", { prompt: "?", schema, deadlineMs: 1, onDeadline: "no" }));
});
