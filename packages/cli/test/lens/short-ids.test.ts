import { describe, expect, it } from "vitest";
import { shortIds } from "../../src/lens/short-ids.ts";

describe("shortIds", () => {
  it("keeps eight characters where they tell the ids apart", () => {
    expect([...shortIds(["0123456789", "abcdefghij"])]).toEqual([
      ["0123456789", "01234567"],
      ["abcdefghij", "abcdefgh"],
    ]);
  });

  it("keeps as many more as it takes", () => {
    const ids = ["0123456789a1", "0123456789b2", "0123456700"];
    const short = shortIds(ids);
    expect([...short.values()].sort()).toEqual(["0123456700".slice(0, 9), "0123456789a", "0123456789b"].sort());
    for (const [id, start] of short) expect(ids.filter((other) => other.startsWith(start))).toEqual([id]);
  });

  it("keeps whole an id that another one begins with", () => {
    expect(shortIds(["article-42", "article-421"]).get("article-42")).toBe("article-42");
  });
});
