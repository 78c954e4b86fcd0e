import { KeyedEngine, MemoryStateBackend, TaggedJsonSerializer } from "@flujo/core";
import {
  type Clock,
  type ContextPatch,
  type Journal,
  type JournalEntry,
  type Lease,
  NO_USAGE,
  type RunJournal,
  type Serializer,
  type Settlement,
  type StateBackend,
  StateError,
  StepFailedError,
} from "@flujo/core/protocols";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { createLeased, lease, MOMENT, PARTLY_UNKNOWN } from "../state/contract/samples.ts";

/** How the suite gets at the journal under test. */
export interface JournalHarness {
  /** Of the journal, as the suite's title shows it. */
  readonly name: string;
  /** One over `state`, written by `serializer`, that tells time by `clock`. The suite disposes of `state`. */
  readonly open: (parts: {
    readonly state: StateBackend;
    readonly serializer: Serializer;
    readonly clock: Clock;
  }) => Journal | Promise<Journal>;
  /** A backend for it to write to. Default: one in memory that takes its time. */
  readonly backend?: (clock: Clock) => StateBackend | Promise<StateBackend>;
}

const UNCARRIABLE = { hooks: [{ run: () => 1 }] };

/** What is only written soon is not there yet when it was to be. */
class UnhurriedBackend extends MemoryStateBackend {
  override async appendEntries(held: Lease, entries: readonly JournalEntry[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    return super.appendEntries(held, entries);
  }
}

function settlement(path: string, overrides: Partial<Settlement> = {}): Settlement {
  return {
    path,
    kind: "step",
    name: path,
    outcome: { status: "completed", output: `the output of ${path}` },
    patches: [],
    attempts: 1,
    startedAt: MOMENT,
    ...overrides,
  };
}

/** The contract of {@link Journal} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeJournal({
  name,
  open,
  backend = (clock) => new UnhurriedBackend({ clock }),
}: JournalHarness): void {
  const opened: StateBackend[] = [];
  const serializer = new TaggedJsonSerializer();

  async function begun() {
    const clock = new ManualClock(MOMENT);
    const state = await backend(clock);
    opened.push(state);
    const journals = await open({ state, serializer, clock });
    const held = await createLeased(state, "run");
    return { clock, state, journals, held, journal: await openedOn(state, journals, held, true) };
  }

  async function openedOn(state: StateBackend, journals: Journal, held: Lease, fresh: boolean): Promise<RunJournal> {
    const engine = new KeyedEngine({ state, clock: new ManualClock(MOMENT) });
    return journals.open(await engine.open({ lease: held, fresh }));
  }

  /** The journal as a later drive finds it. */
  async function reopened(journals: Journal, state: StateBackend, held: Lease): Promise<RunJournal> {
    await state.releaseLease(held);
    return openedOn(state, journals, await lease(state, held.runId), false);
  }

  const pathsIn = (journal: RunJournal): readonly string[] => [...journal.entries].map(({ path }) => path);

  describe(`The ${name} journal`, () => {
    afterEach(async () => {
      for (const state of opened.splice(0)) await state[Symbol.asyncDispose]();
    });

    test("of a new run has nothing, and is well", async () => {
      const { journal } = await begun();
      expect(pathsIn(journal)).toStrictEqual([]);
      expect(journal.find("fetch")).toBeUndefined();
      expect(journal.brokenBy).toBeUndefined();
    });

    test("has an outcome stored by the time at which it says so", async () => {
      const { clock, state, journal } = await begun();
      clock.advance(7);
      const outcome = { status: "completed", output: [1] } as const;
      expect(await journal.record(settlement("pages@1/fetch", { outcome, name: "fetch", attempts: 3 }))).toStrictEqual(
        outcome,
      );
      const expected: JournalEntry = {
        path: "pages@1/fetch",
        kind: "step",
        name: "fetch",
        status: "completed",
        output: serializer.stringify([1]),
        attempts: 3,
        startedAt: MOMENT,
        endedAt: MOMENT + 7,
      };
      expect(await state.readEntries("run")).toStrictEqual([expected]);
      expect(journal.find("pages@1/fetch")).toStrictEqual(expected);
    });

    test("has what is recorded in the order in which it was", async () => {
      const { journal, journals, state, held } = await begun();
      for (const path of ["c", "a", "b:until#1", "b"]) await journal.record(settlement(path));
      expect(pathsIn(journal)).toStrictEqual(["c", "a", "b:until#1", "b"]);
      expect(pathsIn(await reopened(journals, state, held))).toStrictEqual(["c", "a", "b:until#1", "b"]);
    });

    test("has all of what is recorded at once", async () => {
      const { journal, state } = await begun();
      const paths = Array.from({ length: 50 }, (_, item) => `pages@${item}`);
      await Promise.all(paths.map((path) => journal.record(settlement(path))));
      expect(pathsIn(journal).toSorted()).toStrictEqual(paths.toSorted());
      expect(await state.readEntries("run")).toHaveLength(50);
    });

    const outputs: Readonly<Record<string, unknown>> = {
      undefined: undefined,
      null: null,
      0: 0,
      "an empty text": "",
      "what JSON has not": new Map([[{ big: 2n ** 80n }, [new Date(0), Number.NaN, -0]]]),
    };

    test.each(Object.entries(outputs))("gives %s back to a later drive", async (_, output) => {
      const { journal, journals, state, held } = await begun();
      const patches: readonly ContextPatch[] = [
        { op: "replace", path: ["seen", 0], value: output },
        { op: "remove", path: ["a.b"] },
      ];
      await journal.record(settlement("fetch", { outcome: { status: "completed", output }, patches }));
      const later = await reopened(journals, state, held);
      const entry = later.find("fetch") as JournalEntry;
      expect(later.read(entry)).toStrictEqual({ outcome: { status: "completed", output }, patches });
    });

    test("gives a failure back to a later drive, without its changes", async () => {
      const { journal, journals, state, held } = await begun();
      const error = new StepFailedError("broken", { path: "fetch", category: "transient", cause: new TypeError("no") });
      const outcome = { status: "failed", error } as const;
      const patches: readonly ContextPatch[] = [{ op: "add", path: ["half"], value: 1 }];
      expect(await journal.record(settlement("fetch", { outcome, patches }))).toStrictEqual(outcome);
      const later = await reopened(journals, state, held);
      const read = later.read(later.find("fetch") as JournalEntry);
      const { code, message, category, retryable } = error;
      expect(read).toMatchObject({
        outcome: {
          status: "failed",
          error: {
            name: "StepFailedError",
            code,
            message,
            category,
            retryable,
            path: "fetch",
            cause: { message: "no" },
          },
        },
        patches: [],
      });
    });

    test.each(["paused", "cancelled"] as const)("does not record what is %s", async (status) => {
      const { journal, state } = await begun();
      expect(await journal.record(settlement("fetch", { outcome: { status } }))).toStrictEqual({ status });
      expect(journal.find("fetch")).toBeUndefined();
      expect(await state.readEntries("run")).toStrictEqual([]);
    });

    const uncarriable: Readonly<Record<string, Partial<Settlement>>> = {
      output: { outcome: { status: "completed", output: UNCARRIABLE } },
      "context changes": { patches: [{ op: "add", path: ["hooks"], value: UNCARRIABLE }] },
    };

    test.each(Object.entries(uncarriable))(
      "records a failure in the place of %s that can't be carried",
      async (_, part) => {
        const { journal, journals, state, held } = await begun();
        const failed = { status: "failed", error: { code: "not_serializable", path: "fetch" } };
        expect(await journal.record(settlement("fetch", part))).toMatchObject(failed);
        const later = await reopened(journals, state, held);
        expect(later.read(later.find("fetch") as JournalEntry)).toMatchObject({ outcome: failed, patches: [] });
      },
    );

    test("says beforehand what would stand in the place of an outcome, and records nothing", async () => {
      const { journal, state } = await begun();
      const good = { status: "completed", output: 1 } as const;
      expect(journal.check(good, "fetch")).toStrictEqual(good);
      expect(journal.check({ status: "completed", output: UNCARRIABLE }, "fetch")).toMatchObject({
        status: "failed",
        error: { code: "not_serializable", path: "fetch" },
      });
      const failed = { status: "failed", error: new StateError("no") } as const;
      expect(journal.check(failed, "fetch")).toBe(failed);
      expect(await state.readEntries("run")).toStrictEqual([]);
    });

    test("keeps usage that is partly unknown, and none where no model was called", async () => {
      const { journal } = await begun();
      await journal.record(settlement("write", { usage: PARTLY_UNKNOWN }));
      await journal.record(settlement("fetch", { usage: NO_USAGE }));
      expect(journal.find("write")?.usage).toStrictEqual(PARTLY_UNKNOWN);
      expect(journal.find("fetch")).not.toHaveProperty("usage");
    });

    test("refuses a path that is taken: what was recorded first stands", async () => {
      const { journal, state } = await begun();
      await journal.record(settlement("fetch"));
      const again = settlement("fetch", { outcome: { status: "completed", output: "another" } });
      await expect(journal.record(again)).rejects.toMatchObject({ code: "state" });
      const [entry] = await state.readEntries("run");
      expect(serializer.parse(entry?.output as string)).toBe("the output of fetch");
      expect(journal.find("fetch")).toStrictEqual(entry);
    });

    test("writes nothing more once its lease is lost, and says why each time", async () => {
      const { journal, state, held } = await begun();
      await journal.record(settlement("first"));
      await state.releaseLease(held);
      await lease(state, "run");
      const lost = await journal.record(settlement("second")).catch((error: unknown) => error);
      expect(lost).toMatchObject({ code: "lease_lost" });
      expect(journal.brokenBy).toBe(lost);
      await expect(journal.record(settlement("third"))).rejects.toBe(lost);
      expect(pathsIn(journal)).toStrictEqual(["first"]);
      expect(await state.readEntries("run")).toHaveLength(1);
    });

    test("writes nothing more once the backend failed, and says why each time", async () => {
      const { journal, state } = await begun();
      await state[Symbol.asyncDispose]();
      const broken = await journal.record(settlement("first")).catch((error: unknown) => error);
      expect(broken).toMatchObject({ code: "state" });
      expect(journal.brokenBy).toBe(broken);
      await expect(journal.record(settlement("second"))).rejects.toBe(broken);
      expect(journal.find("first")).toBeUndefined();
    });

    test("keeps runs apart", async () => {
      const { journals, journal, state } = await begun();
      const other = await openedOn(state, journals, await createLeased(state, "other"), true);
      await journal.record(settlement("fetch"));
      await other.record(settlement("write"));
      expect([pathsIn(journal), pathsIn(other)]).toStrictEqual([["fetch"], ["write"]]);
      expect(await state.readEntries("other")).toHaveLength(1);
    });
  });
}
