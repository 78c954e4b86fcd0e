import type { Clock, StateBackend } from "@flujo/core/protocols";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { describeDisposal } from "./contract/disposal.ts";
import { describeEndings } from "./contract/endings.ts";
import { describeFencing } from "./contract/fencing.ts";
import { describeFolding } from "./contract/folding.ts";
import { describeJournal } from "./contract/journal.ts";
import { describeLeases } from "./contract/leases.ts";
import { describeListing } from "./contract/listing.ts";
import type { OpenedBackend } from "./contract/opened-backend.ts";
import { describeReopening } from "./contract/reopening.ts";
import { describeRetention } from "./contract/retention.ts";
import { describeRuns } from "./contract/runs.ts";
import { describeSharing } from "./contract/sharing.ts";
import { describeSignals } from "./contract/signals.ts";

/** How the suite gets at the backend under test. */
export interface StateBackendHarness<Backend extends StateBackend> {
  /** Of the backend, as the suite's title shows it. */
  readonly name: string;
  /** A fresh backend with nothing in it, that times its leases by `clock`. The suite disposes of it. */
  readonly open: (clock: Clock) => Backend | Promise<Backend>;
  /**
   * Closes `backend` and opens what it stored again. Needed from every backend whose
   * `capabilities.durability` is not `none`.
   */
  readonly reopen?: (backend: Backend, clock: Clock) => Backend | Promise<Backend>;
  /**
   * Opens what `backend` stores once more, beside it, as another process or host would. Needed from every backend
   * whose `capabilities.sharedBy` is not `process`.
   */
  readonly share?: (backend: Backend, clock: Clock) => Backend | Promise<Backend>;
}

/**
 * The contract of {@link StateBackend} as a suite of tests. Call it at the top of a test file
 * that Vitest runs; every implementation has to pass all of it.
 */
export function describeStateBackend<Backend extends StateBackend>(harness: StateBackendHarness<Backend>): void {
  const opened: Backend[] = [];

  async function open(): Promise<OpenedBackend> {
    const clock = new ManualClock();
    const backend = await harness.open(clock);
    opened.push(backend);
    return { backend, clock };
  }

  async function openTwice(fill: (first: OpenedBackend) => Promise<void>): Promise<OpenedBackend> {
    if (harness.reopen === undefined) throw new Error("The harness can't reopen this backend");
    const clock = new ManualClock();
    const first = await harness.open(clock);
    opened.push(first);
    await fill({ backend: first, clock });
    const second = await harness.reopen(first, clock);
    opened.push(second);
    return { backend: second, clock };
  }

  async function share(): Promise<readonly [OpenedBackend, OpenedBackend]> {
    if (harness.share === undefined) throw new Error("The harness can't open this backend twice");
    const clocks = [new ManualClock(), new ManualClock()] as const;
    const one = await harness.open(clocks[0]);
    opened.push(one);
    const other = await harness.share(one, clocks[1]);
    opened.push(other);
    return [
      { backend: one, clock: clocks[0] },
      { backend: other, clock: clocks[1] },
    ];
  }

  describe(`The ${harness.name} state backend`, () => {
    afterEach(async () => {
      for (const backend of opened.splice(0)) await backend[Symbol.asyncDispose]();
    });

    describeRuns(open);
    describeListing(open);
    describeLeases(open);
    describeFencing(open);
    describeJournal(open);
    describeFolding(open);
    describeEndings(open);
    describeSignals(open);
    describeRetention(open);
    describeDisposal(open);
    if (harness.reopen !== undefined) describeReopening(openTwice);

    if (harness.share !== undefined) describeSharing(share);

    test("can be opened twice by its harness if it promises to be shared", async () => {
      const { backend } = await open();
      expect(harness.share !== undefined).toBe(backend.capabilities.sharedBy !== "process");
    });

    test("can be reopened by its harness if it promises durability", async () => {
      const { backend } = await open();
      expect(harness.reopen !== undefined).toBe(backend.capabilities.durability !== "none");
    });
  });
}
