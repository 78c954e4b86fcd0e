import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { failuresOfMutants } from "../support/failures-of-mutants.ts";
import { BROKEN_CIRCUIT_BREAKERS } from "./mutants/broken-circuit-breakers.ts";
import { BROKEN_ERROR_CLASSIFIERS } from "./mutants/broken-error-classifiers.ts";
import { BROKEN_RATE_LIMITERS } from "./mutants/broken-rate-limiters.ts";
import { BROKEN_RECOVERY_STRATEGIES } from "./mutants/broken-recovery-strategies.ts";

const CONFIG = join(import.meta.dirname, "mutants", "vitest.config.ts");
let failures: readonly string[] = [];

beforeAll(async () => {
  failures = await failuresOfMutants(CONFIG);
});

test.each([
  ["circuit breakers", BROKEN_CIRCUIT_BREAKERS],
  ["error classifier", BROKEN_ERROR_CLASSIFIERS],
  ["rate limiter", BROKEN_RATE_LIMITERS],
  ["recovery strategies", BROKEN_RECOVERY_STRATEGIES],
])("The contract suite of %s notices each promise that is broken, in the test that is about it", (what, mutants) => {
  const unnoticed = Object.keys(mutants).filter((broken) => {
    const suite = `The ${broken} ${what} `;
    return !failures.some((name) => name.startsWith(suite) && name.slice(suite.length).includes(broken));
  });
  expect(unnoticed).toStrictEqual([]);
});
