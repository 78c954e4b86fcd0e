import { isOwnerDead, newLeaseOwner } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { isOwnerGone } from "../src/tables/lease-table.ts";

/** Of no process: ids are lower. */
const NOBODY = 2 ** 30;

function owner(overrides: object): string {
  return JSON.stringify({ ...JSON.parse(newLeaseOwner()), ...overrides });
}

describe("The process that holds a lease", () => {
  test("is gone if it was of this start of this system, and there is none of its id", () => {
    // Elsewhere than on Linux a system can't be told from another of the same name.
    expect(isOwnerGone(owner({ pid: NOBODY }))).toBe(process.platform === "linux");
    expect(isOwnerGone(newLeaseOwner())).toBe(false);
  });

  test("is not known to be gone if it is of another host, though that has the same name", () => {
    const elsewhere = owner({ pid: NOBODY, boot: "another" });
    expect(isOwnerGone(elsewhere)).toBe(false);
    // Among the processes of one host it would be: that is what a file's backends go by.
    expect(isOwnerDead(elsewhere)).toBe(true);
  });

  test("is not known to be gone if it is of another container, or of a host of another name", () => {
    expect(isOwnerGone(owner({ pid: NOBODY, pids: "another" }))).toBe(false);
    expect(isOwnerGone(owner({ pid: NOBODY, host: "another" }))).toBe(false);
    expect(isOwnerGone(owner({ pid: NOBODY, host: undefined, boot: undefined, pids: undefined }))).toBe(false);
  });
});
