import { describe, expect, it } from "vitest";
import { jsonValue } from "../../src/arguments/json-value.ts";
import { keyJson, keyValue } from "../../src/arguments/key-value.ts";
import { pointInTime } from "../../src/arguments/point-in-time.ts";
import { wholeNumber } from "../../src/arguments/whole-number.ts";

describe("jsonValue", () => {
  it("shows how to write text that was given bare", () => {
    expect(() => jsonValue("https://example.org")).toThrow(`Text needs quotes of its own: '"https://example.org"'`);
  });

  it("does not take broken JSON for text", () => {
    expect(() => jsonValue('{"a":')).toThrow(/^It is not JSON \([^)]*\)\.$/);
  });
});

describe("keyValue", () => {
  it("gathers pairs, of which a value may have an equals sign or be empty", () => {
    expect(keyValue("b=", keyValue("a=x=y"))).toEqual({ a: "x=y", b: "" });
  });

  it("refuses what has no name, no equals sign, or is given twice", () => {
    expect(() => keyValue("=x")).toThrow("name=value");
    expect(() => keyValue("x")).toThrow("name=value");
    expect(() => keyValue("a=2", { a: "1" })).toThrow('"a" is given twice');
  });

  it("takes names that objects have of themselves for names like others", () => {
    expect(keyValue("constructor=1")).toEqual({ constructor: "1" });
  });
});

describe("keyJson", () => {
  it("parses the values", () => {
    expect(keyJson('approve={"ok":true}')).toEqual({ approve: { ok: true } });
    expect(keyJson('approve="a=b"')).toEqual({ approve: "a=b" });
  });

  it("lets a name have an equals sign", () => {
    expect(keyJson("x=y=true")).toEqual({ "x=y": true });
  });

  it("says so where there is no JSON", () => {
    expect(() => keyJson("approve=yes")).toThrow("It is not JSON");
  });
});

describe("pointInTime", () => {
  const now = Date.UTC(2026, 10, 22, 12);

  it("reads lengths of time as so long ago", () => {
    expect(pointInTime("24h", now)).toBe(Date.UTC(2026, 10, 21, 12));
    expect(pointInTime("1.5d", now)).toBe(Date.UTC(2026, 10, 21, 0));
    expect(pointInTime("90s", now)).toBe(now - 90_000);
  });

  it("reads dates", () => {
    expect(pointInTime("2026-11-20T10:00:00Z", now)).toBe(Date.UTC(2026, 10, 20, 10));
    expect(pointInTime("2026-11-20", now)).toBe(Date.UTC(2026, 10, 20));
  });

  it.each(["yesterday", "24", "run 3", "2026-99-99", ""])("refuses %j", (text) => {
    expect(() => pointInTime(text, now)).toThrow("length of time");
  });
});

describe("wholeNumber", () => {
  it.each(["0", "-1", "1.5", "x", "", "1e3"])("refuses %j", (text) => {
    expect(() => wholeNumber(text)).toThrow("whole number");
  });

  it("takes whole numbers", () => {
    expect(wholeNumber("20")).toBe(20);
  });
});
