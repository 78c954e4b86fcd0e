// Prints "PASSED FAILED" for the test results given. A test that did not run counts as failed, unless
// allowed-skips.json says, under its full name, why it may be left out.
import { readFileSync } from "node:fs";

const { testResults, numFailedTests, success } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const allowed = JSON.parse(readFileSync(new URL("allowed-skips.json", import.meta.url), "utf8"));

const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const passed = tests.filter(({ status }) => status === "passed").length;
const notRun = tests.filter(({ status }) => status !== "passed" && status !== "failed");
const refused = notRun.filter(({ fullName }) => allowed[fullName] === undefined);
for (const { fullName, status } of refused) {
  console.error(`${status}: ${fullName}`);
}
const failed = numFailedTests + refused.length;
console.log(`${passed} ${failed}`);
process.exitCode = success && passed > 0 && failed === 0 ? 0 : 1;
