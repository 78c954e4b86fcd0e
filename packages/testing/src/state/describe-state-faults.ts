import { Flujo, unwrap } from "@flujo/core";
import type { FlujoModule, RunEvent } from "@flujo/core/protocols";
import { pipeline, type Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

type Mend = () => void | Promise<void>;

/** Something that befalls a store. */
export interface StateFault<Store> {
  /** What whoever drives a run is told: the error's code, and words that say what is wrong, where, and what to do. */
  readonly refused: { readonly code: "state" | "state_format"; readonly message: RegExp };
  /** Makes it so, and returns what mends it. */
  readonly strike: (store: Store) => Mend | Promise<Mend>;
  /** Whether runs that it did not befall go on all the while. Default false: they are told the same. */
  readonly sparesOthers?: boolean;
}

/** How the suite gets at the store that faults befall. */
export interface StateFaultsHarness<Store> {
  /** Of the backend, as the suite's title shows it. */
  readonly name: string;
  /** A place for runs that nobody has used yet. */
  readonly newStore: () => Store;
  /** Keeps a runner's runs there. */
  readonly module: (store: Store) => FlujoModule;
  /** What may befall a store while a run is under way, by what the tests' titles call it. */
  readonly underWay: Readonly<Record<string, StateFault<Store>>>;
  /** What may befall it while nobody has it open. */
  readonly left: Readonly<Record<string, StateFault<Store>>>;
}

/** The step at which the fault strikes, or the run is left. */
const STRUCK = "send";
const RUN = "struck";

/**
 * What comes of runs whose state backend fails: their drivers are told why, nothing is lost that was acknowledged, and once the fault is mended
 * they go on and do nothing twice that had settled. Call it at the top of a test file that Vitest runs.
 */
export function describeStateFaults<Store>({
  name,
  newStore,
  module,
  underWay,
  left,
}: StateFaultsHarness<Store>): void {
  describe(`A run in the ${name} state backend, struck while it is under way, tells why it stops and goes on once mended:`, () => {
    test.each(Object.entries(underWay))("%s", async (_, { refused, strike, sparesOthers = false }) => {
      const store = newStore();
      const effects: string[] = [];
      let mend: Mend | undefined;
      const struck = letter(effects, async () => {
        mend ??= await strike(store);
      });
      await using flujo = new Flujo(struck, { modules: [module(store)] });
      const handle = flujo.start("otters", { runId: RUN });
      const told = expect.objectContaining({ code: refused.code, message: expect.stringMatching(refused.message) });
      await expect(handle.result).rejects.toStrictEqual(told);
      expect((await eventsOf(handle)).at(-1)).toMatchObject({ type: "run-interrupt", error: { cause: told } });

      const other = flujo.run("bees", { runId: "other" });
      if (sparesOthers) expect(unwrap(await other)).toBe("bees: draft, check, send, file");
      else await expect(other).rejects.toStrictEqual(told);

      await mend?.();
      expect(await settledPaths(flujo)).toStrictEqual(["draft", "check"]);
      expect(unwrap(await flujo.resume(RUN))).toBe("otters: draft, check, send, file");
      expect(effects.filter((effect) => effect.startsWith("otters"))).toStrictEqual(EFFECTS);
      expect(unwrap(await flujo.run("bees", { runId: "other" }))).toBe("bees: draft, check, send, file");
    });
  });

  describe(`A run in the ${name} state backend, left by its driver, is refused with the reason and recovered once mended:`, () => {
    test.each(Object.entries(left))("%s", async (_, { refused, strike }) => {
      const store = newStore();
      const effects: string[] = [];
      await leave(effects, module(store));
      const goesOn = letter(effects, () => undefined);
      const mend = await strike(store);
      await expect(resumeOnce(goesOn, module(store))).rejects.toMatchObject({
        code: refused.code,
        message: expect.stringMatching(refused.message),
      });
      expect(effects).toStrictEqual(EFFECTS.slice(0, 3));

      await mend();
      await using flujo = new Flujo(goesOn, { modules: [module(store)] });
      expect(await settledPaths(flujo)).toStrictEqual(["draft", "check"]);
      const [recovered, ...more] = await flujo.recover();
      expect(more).toStrictEqual([]);
      expect(recovered?.runId).toBe(RUN);
      expect(await recovered?.result).toMatchObject({
        status: "completed",
        output: "otters: draft, check, send, file",
      });
      expect(effects).toStrictEqual(EFFECTS);
    });
  });
}

/** What is done of the run: what had settled once, what was struck before it could settle twice. */
const EFFECTS = ["draft", "check", STRUCK, STRUCK, "file"].map((name) => `otters: ${name}`);

type Letter = Step<string, string>;

/** A pipeline that tells `effects` of all that it does. @param onStruck - called by the step at which the fault strikes */
function letter(effects: string[], onStruck: (signal: AbortSignal) => void | Promise<void>): Letter {
  const work = (name: string): Letter =>
    step(name, async (text: string, { signal }) => {
      const [subject] = text.split(":");
      effects.push(`${subject}: ${name}`);
      if (name === STRUCK && subject === "otters") await onStruck(signal);
      return text.includes(":") ? `${text}, ${name}` : `${text}: ${name}`;
    });
  return pipeline("letter", work("draft"), work("check"), work(STRUCK), work("file"));
}

/** Begins the run and leaves it in the midst of the step at which faults strike. */
async function leave(effects: string[], module: FlujoModule): Promise<void> {
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const left = letter(effects, async (signal) => {
    reach();
    await new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }));
  });
  await using flujo = new Flujo(left, { modules: [module] });
  const handle = flujo.start("otters", { runId: RUN });
  await reached;
  handle.interrupt();
  await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
}

/** Tries to go on with the run by a runner of its own. */
async function resumeOnce(goesOn: Letter, module: FlujoModule): Promise<void> {
  const flujo = new Flujo(goesOn, { modules: [module] });
  try {
    await flujo.resume(RUN);
  } finally {
    // A store that can't be used may not be closed in good order either.
    await flujo[Symbol.asyncDispose]().catch(() => undefined);
  }
}

async function settledPaths(flujo: Flujo<string, string>): Promise<readonly string[]> {
  return (await flujo.state.readEntries(RUN)).map(({ path }) => path);
}

async function eventsOf(handle: AsyncIterable<RunEvent>): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of handle) events.push(event);
  return events;
}
