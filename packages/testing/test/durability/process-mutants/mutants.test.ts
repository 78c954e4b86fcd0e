import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { failuresOfMutants } from "../../support/failures-of-mutants.ts";

/** What breaks a promise, and the tests that are about it. */
const NOTICED_BY = {
  hasty: [
    "end a run as if nothing had happened when they are killed again and again",
    "leave everything behind that was acknowledged, in order, when they are killed while they append",
  ],
  stealing: [
    "create a new store once and give each run's lease to one of them, when they open it at the same moment",
    "let one of 100 callers drive a run that all answer and resume at once",
  ],
  unfenced: ["write nothing when they were stopped and wake after their lease was taken, wherever they were stopped"],
} as const;

let failures: readonly string[] = [];
beforeAll(async () => {
  failures = await failuresOfMutants(join(import.meta.dirname, "vitest.config.ts"));
}, 600_000);

test.each(Object.entries(NOTICED_BY))("The suite of processes notices a %s state backend", (broken, tests) => {
  const suite = `Processes that share the ${broken} state backend `;
  const noticed = failures.filter((name) => name.startsWith(suite)).map((name) => name.slice(suite.length));
  expect(noticed).toEqual(expect.arrayContaining([...tests]));
});
