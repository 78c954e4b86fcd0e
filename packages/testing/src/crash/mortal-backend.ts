import {
  type JournalEntry,
  type Lease,
  type RunEnding,
  type Signal,
  type StateBackend,
  StateError,
} from "@flujo/core/protocols";
import type { Life } from "./life.ts";

/** The calls that change what is stored, but for renewals of leases, whose moments no one chose. */
const WRITES = ["createRun", "acquireLease", "releaseLease", "appendEntries", "endRun", "putSignal"] as const;

type Write = (typeof WRITES)[number];
type Call = (...given: unknown[]) => Promise<unknown>;

export interface MortalBackend {
  /** The store, as the driver sees it. */
  readonly backend: StateBackend;
  /** Once the driver is dead: waits for what was under way to the store, and gives back the leases that it held. */
  bury(): Promise<void>;
}

/**
 * A store that its driver is cut off from when it dies: what it sends from then on never arrives, and what arrived is not
 * acknowledged any more. It has every method that the store has, whichever those are.
 */
export function mortalBackend(store: StateBackend, life: Life): MortalBackend {
  const underway = new Set<Promise<unknown>>();
  const leases: Lease[] = [];
  const send = (name: string, given: readonly unknown[]): Promise<unknown> => {
    const sent = (store as unknown as Readonly<Record<string, Call>>)[name]?.(...given) as Promise<unknown>;
    underway.add(sent);
    const arrived = (): void => {
      underway.delete(sent);
    };
    sent.then(arrived, arrived);
    return sent;
  };
  const call = async (name: string, given: readonly unknown[]): Promise<unknown> => {
    if (life.isOver) throw cutOff();
    const fate = isWrite(name) ? life.beginWrite() : undefined;
    if (fate === "before") life.die(inWords(name, given));
    if (life.isOver) throw cutOff();
    // It may be done and yet not be acknowledged.
    if (name === "acquireLease") life.note({ type: "wanted" });
    const result = await send(name, given).catch((error: unknown) => {
      throw life.isOver ? cutOff() : error;
    });
    if (name === "acquireLease" && result !== undefined) leases.push(result as Lease);
    // The store has promised it, whether the driver lives to hear of that or not.
    noteAcknowledged(life, name, given, result);
    if (fate === "after") life.die(inWords(name, given));
    if (life.isOver) throw cutOff();
    return result;
  };
  const backend = new Proxy(store, {
    get: (_, name) => {
      // The store outlives its drivers.
      if (name === Symbol.asyncDispose) return () => Promise.resolve();
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return (...given: readonly unknown[]) => call(name, given);
    },
  });
  return {
    backend,
    bury: async () => {
      await Promise.allSettled(underway);
      for (const lease of leases) await store.releaseLease(lease);
    },
  };
}

function isWrite(name: string): name is Write {
  return (WRITES as readonly string[]).includes(name);
}

function cutOff(): StateError {
  return new StateError("The process that asks is dead");
}

function noteAcknowledged(life: Life, name: string, given: readonly unknown[], result: unknown): void {
  if (name === "appendEntries") {
    const paths = (given[1] as readonly JournalEntry[]).map(({ path }) => path);
    life.note({ type: "settled", by: life.number, paths });
  } else if (name === "putSignal" && result === true) {
    const { path, value } = given[1] as Signal;
    life.note({ type: "answered", path, value });
  } else if (name === "endRun" && result === true) {
    const { status, awaiting } = given[1] as RunEnding;
    life.note({ type: "stood", status, tokens: awaiting.map(({ token }) => token) });
  }
}

function inWords(name: string, given: readonly unknown[]): string {
  switch (name) {
    case "appendEntries":
      return `appendEntries of ${(given[1] as readonly JournalEntry[]).map(({ path }) => `"${path}"`).join(", ")}`;
    case "endRun":
      return `endRun as ${(given[1] as RunEnding).status}`;
    case "putSignal":
      return `putSignal for "${(given[1] as Signal).path}"`;
    default:
      return name;
  }
}
