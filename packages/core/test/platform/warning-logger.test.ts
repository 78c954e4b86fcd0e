import { WarningLogger } from "@flujo/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

describe("WarningLogger", () => {
  const warnings: Warning[] = [];
  const keep = (warning: Error): void => void warnings.push(warning);
  /** Node's own, which prints them. */
  const printers = process.listeners("warning");

  beforeEach(() => {
    warnings.length = 0;
    for (const printer of printers) process.off("warning", printer);
    process.on("warning", keep);
  });

  afterEach(() => {
    process.off("warning", keep);
    for (const printer of printers) process.on("warning", printer);
  });

  /** What was emitted: with the next tick. */
  const emitted = async (): Promise<readonly Warning[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    return warnings;
  };

  test("warns of warnings and errors, each with its code", async () => {
    const logger = new WarningLogger();
    for (const level of ["debug", "info", "warn", "error"] as const) logger.log(level, `told as ${level}`);
    expect((await emitted()).map(({ name, code, message }) => [name, code, message])).toEqual([
      ["FlujoWarning", "FLUJO_WARN", "told as warn"],
      ["FlujoWarning", "FLUJO_ERROR", "told as error"],
    ]);
  });

  test("adds the detail: text as it is, an error with its stack and its cause, anything else as the console shows it", async () => {
    const logger = new WarningLogger();
    logger.log("warn", "a", "plain\ntext");
    logger.log("warn", "b", new Error("outer", { cause: new Error("inner") }));
    logger.log("warn", "c", { deep: new Map([["k", 1]]) });
    logger.log("warn", "d");
    const [a, b, c, d] = (await emitted()).map(({ detail }) => detail);
    expect(a).toBe("plain\ntext");
    expect(b).toMatch(/Error: outer[\s\S]*warning-logger\.test[\s\S]*Error: inner/);
    expect(c).toBe("{ deep: Map(1) { 'k' => 1 } }");
    expect(d).toBeUndefined();
  });
});
