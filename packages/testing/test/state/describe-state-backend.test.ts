import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "./mutants/mutant-backends.ts";

const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const CONFIG = join(import.meta.dirname, "mutants", "vitest.config.ts");

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
}

interface Assertion {
  readonly status: string;
  /** The titles of the test and of all that it is in. */
  readonly fullName: string;
}

/** The full names of the tests that fail when the suite is run on every mutant, in a Vitest of its own. */
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

test("The contract suite of StateBackend notices each promise that a backend breaks, in the test that is about it", async () => {
  const failures = await failuresOfMutants();
  const unnoticed = Object.keys(MUTANTS).filter((broken) => {
    const suite = `The ${broken} state backend `;
    return !failures.some((name) => name.startsWith(suite) && name.slice(suite.length).includes(broken));
  });
  expect(unnoticed).toStrictEqual([]);
}, 60_000);
