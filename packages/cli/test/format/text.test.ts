import { describe, expect, it } from "vitest";
import { cut, cutStart, harmless, oneLine, padEnd, padStart, width } from "../../src/format/text.ts";

describe("cut", () => {
  it("leaves alone what fits", () => {
    expect(cut("fetch", 5)).toBe("fetch");
  });

  it("marks where something is missing", () => {
    expect(cut("fetch page", 6)).toBe("fetch…");
  });

  it("counts wide characters as two columns and never cuts one in half", () => {
    expect(cut("日本語テキスト", 6)).toBe("日本…");
    expect(width(cut("日本語テキスト", 6))).toBeLessThanOrEqual(6);
  });

  it("keeps what is one character to a reader in one piece", () => {
    expect(cut("👩‍👩‍👧‍👦 family", 3)).toBe("👩‍👩‍👧‍👦…");
  });

  it("gives nothing where there is no room", () => {
    expect(cut("fetch", 0)).toBe("");
    expect(cut("fetch", -3)).toBe("");
  });
});

describe("cutStart", () => {
  it("keeps the end", () => {
    expect(cutStart("the tide comes in", 8)).toBe("…omes in");
    expect(width(cutStart("満ち潮が来る", 7))).toBeLessThanOrEqual(7);
  });
});

describe("oneLine", () => {
  it("makes line breaks and tabs spaces, and takes out what could drive the terminal", () => {
    expect(oneLine("a\n\tb \u001b[31mred\u001b[0m\u0007 \u001b]0;title\u0007c")).toBe("a b red c");
  });
});

describe("harmless", () => {
  it("takes out what could drive the terminal, and leaves lines and tabs", () => {
    expect(harmless("a\r\n\tb \u001b[2J\u001b]0;title\u0007\u009b31mc\b")).toBe("a\n\tb c");
  });
});

describe("padEnd and padStart", () => {
  it("fill up to columns, not characters", () => {
    expect(padEnd("日本", 6)).toBe("日本  ");
    expect(padStart("日本", 6)).toBe("  日本");
    expect(padEnd("\u001b[31mred\u001b[39m", 5)).toBe("\u001b[31mred\u001b[39m  ");
  });
});
