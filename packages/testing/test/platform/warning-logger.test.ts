import { inspect } from "node:util";
import { WarningLogger } from "@flujo/core";
import { describeLogger } from "@flujo/testing";
import { afterAll, beforeAll } from "vitest";

const warnings: Error[] = [];
const keep = (warning: Error): void => void warnings.push(warning);
/** Node's own, which prints them. */
const printers = process.listeners("warning");

beforeAll(() => {
  for (const printer of printers) process.off("warning", printer);
  process.on("warning", keep);
});

afterAll(() => {
  process.off("warning", keep);
  for (const printer of printers) process.on("warning", printer);
});

describeLogger({
  name: "warning",
  open: () => {
    warnings.length = 0;
    return new WarningLogger();
  },
  written: async () => {
    // Warnings are emitted with the next tick.
    await new Promise((resolve) => setImmediate(resolve));
    return inspect(warnings);
  },
});
