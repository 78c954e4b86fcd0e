import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { loadDriver } from "../src/load-driver.ts";

test("The driver is loaded on a Node that it works with", () => {
  expect(loadDriver()).toBe(Database);
  expect(loadDriver("22.0.0")).toBe(Database);
});

test.each(["20.20.2", "18.0.0", "9.11.2"])(
  "Node %s is refused in words, before the driver can end the process",
  (version) => {
    expect(() => loadDriver(version)).toThrow(
      expect.objectContaining({
        code: "configuration",
        message: `@flujo/state-sqlite needs Node 22 or later, and this is Node ${version}`,
      }),
    );
  },
);
