import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { loadDriver } from "../src/load-driver.ts";

test("The driver is loaded on a Node that it works with", () => {
  expect(loadDriver()).toBe(Database);
  expect(loadDriver({ node: "22.14.0", napi: "10" })).toBe(Database);
});

test.each([
  ["20.20.2", "10"],
  ["22.12.0", "9"],
  ["23.5.0", "9"],
])("Node %s is refused in words, before the driver can end the process", (version, napi) => {
  expect(() => loadDriver({ node: version, napi })).toThrow(
    expect.objectContaining({
      code: "configuration",
      message: `@flujo/state-sqlite needs Node 22.14 or later (of Node 23, 23.6), and this is Node ${version}`,
    }),
  );
});
