import { WindowRateLimiter } from "@flujo/core";
import { InvalidOptionError, type RatePermit } from "@flujo/core/protocols";
import { describeRateLimiter, ManualClock } from "@flujo/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describeRateLimiter({ name: "window", open: (clock) => new WindowRateLimiter({ clock }) });

const MINUTE_MS = 60_000;

describe("WindowRateLimiter", () => {
  test("lets no minute have more than its limits, in order, and everyone through in the end, whoever comes and leaves", async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(actions, { maxLength: 60 }), async (limited, script) => {
        const clock = new ManualClock();
        const limiter = new WindowRateLimiter({ clock });
        const granted: { at: number; tokens: number; turn: number; permit: RatePermit; ended: boolean }[] = [];
        const waiting = new Map<number, AbortController>();
        let turn = 0;
        const perform = async (action: Action): Promise<void> => {
          switch (action.type) {
            case "ask": {
              const [controller, mine] = [new AbortController(), turn++];
              waiting.set(mine, controller);
              const { tokens } = action;
              void limiter.acquire({ resource: "api", limits: limited, tokens, signal: controller.signal }).then(
                (permit) => {
                  waiting.delete(mine);
                  granted.push({ at: clock.monotonic(), tokens, turn: mine, permit, ended: false });
                },
                () => {},
              );
              break;
            }
            case "end": {
              const call = granted.filter(({ ended }) => !ended)[action.which];
              if (call === undefined) break;
              call.ended = true;
              call.permit.release();
              break;
            }
            case "leave": {
              const [left] = [...waiting.keys()].slice(action.which);
              if (left === undefined) break;
              waiting.get(left)?.abort();
              waiting.delete(left);
              break;
            }
            case "advance":
              // In steps, so that each grant is seen at its own moment.
              for (let ms = 0; ms < action.ms; ms += 50) {
                clock.advance(50);
                for (let tick = 0; tick < 8; tick++) await Promise.resolve();
              }
          }
          await new Promise((resolve) => setImmediate(resolve));
        };
        for (const action of script) {
          await perform(action);
          expect(granted.filter(({ ended }) => !ended).length).toBeLessThanOrEqual(limited.concurrency);
          expect(limiter.queued).toBe(waiting.size);
        }
        for (let round = 0; waiting.size > 0 && round < 1_000; round++) {
          for (let which = 0; which < limited.concurrency; which++) await perform({ type: "end", which: 0 });
          await perform({ type: "advance", ms: 10_000 });
        }
        expect(waiting.size).toBe(0);
        expect(granted.map((call) => call.turn)).toEqual(granted.map((call) => call.turn).toSorted((a, b) => a - b));
        for (const { at } of granted) {
          const within = granted.filter((call) => call.at <= at && call.at > at - MINUTE_MS);
          const tokens = within.reduce((sum, call) => sum + call.tokens, 0);
          expect(within.length).toBeLessThanOrEqual(limited.requestsPerMinute);
          // One that is above the limit goes alone, with others that take nothing.
          const alone = within.filter((call) => call.tokens > 0).length === 1;
          if (!alone) expect(tokens).toBeLessThanOrEqual(limited.tokensPerMinute);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("holds a call back no more than a tenth of a second longer than its minute", async () => {
    const clock = new ManualClock();
    const limiter = new WindowRateLimiter({ clock });
    const request = {
      resource: "api",
      limits: { requestsPerMinute: 2 },
      tokens: 0,
      signal: new AbortController().signal,
    };
    const first = await limiter.acquire(request);
    clock.advance(99);
    await limiter.acquire(request);
    let through = false;
    const third = limiter.acquire(request).then(() => {
      through = true;
    });
    clock.advance(MINUTE_MS - 1);
    first.release(); // a reason to look again
    await new Promise((resolve) => setImmediate(resolve));
    expect(through).toBe(false);
    clock.advance(1);
    await third;
  });

  test("refuses an estimate that is no number of tokens, and is none the worse for it", async () => {
    const limiter = new WindowRateLimiter({ clock: new ManualClock() });
    const request = { resource: "api", limits: { concurrency: 1 }, tokens: 0, signal: new AbortController().signal };
    for (const tokens of [-1, Number.NaN, Infinity]) {
      await expect(limiter.acquire({ ...request, tokens })).rejects.toThrow(InvalidOptionError);
    }
    (await limiter.acquire({ ...request, tokens: 2 })).release(Number.NaN);
    (await limiter.acquire({ ...request, tokens: 2 })).release(-7);
    const more = { ...request, limits: { tokensPerMinute: 5 } };
    await limiter.acquire({ ...more, tokens: 1 });
    void limiter.acquire({ ...more, tokens: 1 });
    expect(limiter.queued).toBe(1);
  });
});

const limits = fc.record({
  concurrency: fc.integer({ min: 1, max: 4 }),
  requestsPerMinute: fc.integer({ min: 1, max: 6 }),
  tokensPerMinute: fc.integer({ min: 1, max: 40 }),
});

type Action =
  | { readonly type: "ask"; readonly tokens: number }
  | { readonly type: "end" | "leave"; readonly which: number }
  | { readonly type: "advance"; readonly ms: number };

const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant("ask" as const), tokens: fc.integer({ min: 0, max: 50 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("end" as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("leave" as const), which: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.constantFrom(50, 1_000, 59_950, 60_000) }),
  },
);
