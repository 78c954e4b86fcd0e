import type { IdGenerator } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** How the suite gets at the generator under test. */
export interface IdGeneratorHarness {
  /** Of the generator, as the suite's title shows it. */
  readonly name: string;
  /** A new generator, as another process would open it: nothing of the others' is known to it. */
  readonly open: () => IdGenerator | Promise<IdGenerator>;
}

/** Longer ids do not fit in the key columns of common databases. */
const LONGEST = 255;

/** The contract of {@link IdGenerator} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeIdGenerator({ name, open }: IdGeneratorHarness): void {
  describe(`The ${name} id generator`, () => {
    test("never gives an id twice", async () => {
      const generator = await open();
      expect(new Set(Array.from({ length: 10_000 }, () => generator.next())).size).toBe(10_000);
    });

    test("gives ids that no other generator gives", async () => {
      const ids: string[] = [];
      for (let opened = 0; opened < 20; opened++) {
        const generator = await open();
        for (let draw = 0; draw < 500; draw++) ids.push(generator.next());
      }
      expect(new Set(ids).size).toBe(10_000);
    });

    test("gives ids that every store tells apart, also one that knows no case", async () => {
      const generator = await open();
      const ids = Array.from({ length: 10_000 }, () => generator.next().toLowerCase());
      expect(new Set(ids).size).toBe(10_000);
    });

    test("gives ids that can be printed, and are neither empty nor long", async () => {
      const generator = await open();
      for (let draw = 0; draw < 1_000; draw++) {
        const id = generator.next();
        expect(id).toMatch(/^[!-~]+$/);
        expect(id.length).toBeLessThanOrEqual(LONGEST);
      }
    });
  });
}
