import { join } from "node:path";
import { expect, test } from "vitest";
import { failuresOfMutants } from "../support/failures-of-mutants.ts";
import { MUTANTS } from "./mutants/mutant-backends.ts";

const CONFIG = join(import.meta.dirname, "mutants", "vitest.config.ts");

test("The contract suite of StateBackend notices each promise that a backend breaks, in the test that is about it", async () => {
  const failures = await failuresOfMutants(CONFIG);
  const unnoticed = Object.keys(MUTANTS).filter((broken) => {
    const suite = `The ${broken} state backend `;
    return !failures.some((name) => name.startsWith(suite) && name.slice(suite.length).includes(broken));
  });
  expect(unnoticed).toStrictEqual([]);
}, 60_000);
