import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
}

interface Assertion {
  readonly status: string;
  /** The titles of the test and of all that it is in. */
  readonly fullName: string;
}

/** The full names of the tests that fail when the suites of `config` are run on mutants, in a Vitest of its own. */
export async function failuresOfMutants(config: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-testing-"));
  try {
    const report = join(folder, "report.json");
    const options = ["run", "--config", config, "--reporter=json", `--outputFile.json=${report}`];
    await once(spawn(process.execPath, [VITEST, ...options], { stdio: "ignore" }), "exit");
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const assertions = testResults.flatMap((file) => file.assertionResults);
    return assertions.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
