import { describe, expect, test } from "vitest";
import { contrast } from "../../src/crash/contrast.ts";

describe("Two texts that differ", () => {
  test("are shown as they are if they are short", () => {
    expect(contrast("1", "none")).toBe("1 undisturbed, now none");
  });

  test("are shown around their first difference if they are long", () => {
    const long = `${"a".repeat(300)}!${"b".repeat(300)}`;
    const shown = contrast(long, long.replace("!", "?"));
    expect(shown).toBe(
      `…${"a".repeat(40)}!${"b".repeat(119)}… undisturbed, now …${"a".repeat(40)}?${"b".repeat(119)}…`,
    );
  });

  test("are shown to their ends where one is the beginning of the other", () => {
    const long = "a".repeat(200);
    expect(contrast(long, `${long}b`)).toBe(`…${"a".repeat(40)} undisturbed, now …${"a".repeat(40)}b`);
  });
});
