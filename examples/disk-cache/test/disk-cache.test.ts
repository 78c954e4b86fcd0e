import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flujo, unwrap } from "@flujo/core";
import { step } from "@flujo/dsl";
import { describeCacheBackend, ManualClock } from "@flujo/testing";
import { afterAll, expect, test } from "vitest";
import { DiskCache, diskCache } from "../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "flujo-disk-cache-"));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = (): string => join(root, randomUUID());

// Its ages are by a clock that processes share, which may be turned back: they have a test of their own.
describeCacheBackend({ name: "disk", open: () => new DiskCache({ folder: newFolder() }), ownClock: true });

test("A value is forgotten, and its file gone, once it is older than it may be", async () => {
  const folder = newFolder();
  const clock = new ManualClock();
  const cache = new DiskCache({ folder, clock });
  await cache.set("short", "value", 1_000);
  await cache.set("long", "value", Infinity);
  clock.advance(1_000);
  expect(await cache.get("short")).toBe("value");
  clock.advance(1);
  expect(await cache.get("short")).toBeUndefined();
  expect(await cache.get("long")).toBe("value");
  expect(readdirSync(folder)).toHaveLength(1);
});

test("A step that one runner has cached is not run by another on the same folder", async () => {
  const folder = newFolder();
  let calls = 0;
  const look = step("look", (word: string) => `${word}, looked up ${++calls} time`).withCache({ ttlMs: 60_000 });
  const lookUp = async (word: string): Promise<string> => {
    await using flujo = new Flujo(look, { modules: [diskCache({ folder })] });
    return unwrap(await flujo.run(word));
  };
  expect([await lookUp("flujo"), await lookUp("flujo")]).toEqual(Array(2).fill("flujo, looked up 1 time"));
});

test("Options that can't be used are refused when the module is made", () => {
  expect(() => diskCache({ folder: "" })).toThrow(/folder/);
  expect(() => diskCache({ folder: "cache", ttl: 5 } as never)).toThrow(/diskCache\.ttl.*folder, clock/);
});
