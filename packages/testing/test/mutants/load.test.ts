import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { DEGRADATIONS } from "./degradations.ts";
import { failuresOfMutants } from "../support/failures-of-mutants.ts";
import { HOOK_DISPATCHERS } from "./hook-dispatchers.ts";
import { LOGGERS } from "./loggers.ts";
import { OBJECT_POOLS } from "./object-pools.ts";

let failures: readonly string[];
beforeAll(async () => {
  failures = await failuresOfMutants(join(import.meta.dirname, "load.vitest.config.ts"));
}, 120_000);

test.each([
  ["HookDispatcher", "hook dispatcher", HOOK_DISPATCHERS],
  ["Logger", "logger", LOGGERS],
  ["ObjectPool", "object pool", OBJECT_POOLS],
  ["GracefulDegradation", "degradation", DEGRADATIONS],
])(
  "The contract suite of %s notices each promise that one breaks, in the test that is about it",
  (_, kind, mutants) => {
    const unnoticed = Object.keys(mutants).filter((broken) => {
      const suite = `The ${broken} ${kind} `;
      return !failures.some((name) => name.startsWith(suite) && name.slice(suite.length).includes(broken));
    });
    expect(unnoticed).toStrictEqual([]);
  },
);
