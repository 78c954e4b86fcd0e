import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CACHES } from "./caches.ts";
import { CLOCKS } from "./clocks.ts";
import { HASHERS } from "./hashers.ts";
import { ID_GENERATORS } from "./id-generators.ts";
import { RANDOMS } from "./randoms.ts";
import { SERIALIZERS } from "./serializers.ts";
import { STATE_BACKENDS } from "./state-backends.ts";

const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const CONFIG = join(import.meta.dirname, "vitest.config.ts");

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
}

interface Assertion {
  readonly status: string;
  /** The titles of the test and of all that it is in. */
  readonly fullName: string;
}

/** The full names of the tests that fail when the suites are run on every mutant, in a Vitest of its own. */
async function failuresOfMutants(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-testing-"));
  try {
    const report = join(folder, "report.json");
    const options = ["run", "--config", CONFIG, "--reporter=json", `--outputFile.json=${report}`];
    await once(spawn(process.execPath, [VITEST, ...options], { stdio: "ignore" }), "exit");
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const assertions = testResults.flatMap((file) => file.assertionResults);
    return assertions.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PROTOCOLS: Readonly<
  Record<string, { readonly noun: string; readonly mutants: Readonly<Record<string, unknown>> }>
> = {
  CacheBackend: { noun: "cache", mutants: CACHES },
  Clock: { noun: "clock", mutants: CLOCKS },
  Hasher: { noun: "hasher", mutants: HASHERS },
  IdGenerator: { noun: "id generator", mutants: ID_GENERATORS },
  Random: { noun: "source of randomness", mutants: RANDOMS },
  Serializer: { noun: "serializer", mutants: SERIALIZERS },
  StateBackend: { noun: "state backend", mutants: STATE_BACKENDS },
};

let failures: readonly string[] = [];
beforeAll(async () => {
  failures = await failuresOfMutants();
}, 300_000);

test.each(Object.entries(PROTOCOLS))(
  "The contract suite of %s notices each promise that is broken, in the test that is about it",
  (_, { noun, mutants }) => {
    const unnoticed = Object.keys(mutants).filter((broken) => {
      const suite = `The ${broken} ${noun} `;
      return !failures.some((name) => name.startsWith(suite) && name.slice(suite.length).includes(broken));
    });
    expect(unnoticed).toStrictEqual([]);
  },
);
