import type { Random } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** How the suite gets at the source of randomness under test. */
export interface RandomHarness {
  /** Of the source, as the suite's title shows it. */
  readonly name: string;
  readonly open: () => Random | Promise<Random>;
}

const DRAWS = 10_000;

/** The contract of {@link Random} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeRandom({ name, open }: RandomHarness): void {
  async function draw(): Promise<readonly number[]> {
    const random = await open();
    return Array.from({ length: DRAWS }, () => random.next());
  }

  describe(`The ${name} source of randomness`, () => {
    test("gives numbers from 0 to just below 1", async () => {
      expect((await draw()).filter((number) => !(number >= 0 && number < 1))).toStrictEqual([]);
    });

    test("spreads them evenly", async () => {
      const numbers = await draw();
      const tenths = Array.from(
        { length: 10 },
        (_, tenth) => numbers.filter((n) => Math.floor(n * 10) === tenth).length,
      );
      // 1000 are expected in each, give or take 30: 10 times that happens to nobody by chance.
      for (const count of tenths) {
        expect(count).toBeGreaterThan(700);
        expect(count).toBeLessThan(1_300);
      }
    });

    test("gives numbers that do not follow from the one before", async () => {
      const numbers = await draw();
      const rises = numbers.filter((number, index) => number > (numbers[index - 1] ?? 1)).length;
      // Half of them, give or take 29.
      expect(rises).toBeGreaterThan(DRAWS * 0.47);
      expect(rises).toBeLessThan(DRAWS * 0.53);
    });

    test("gives fine numbers, not a few coarse ones", async () => {
      expect(new Set(await draw()).size).toBeGreaterThan(DRAWS * 0.99);
    });
  });
}
