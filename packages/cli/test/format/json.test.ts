import { StepFailedError } from "@flujo/core/protocols";
import { describe, expect, it } from "vitest";
import { formatValue, toJson } from "../../src/format/json.ts";

describe("toJson", () => {
  it("puts what JSON has not into the nearest thing that it has", () => {
    const value = {
      big: 12n,
      none: undefined,
      nan: Number.NaN,
      when: new Date(0),
      never: new Date(Number.NaN),
      where: new URL("http://localhost/a"),
      set: new Set([1, 2]),
      map: new Map([[{ a: 1 }, undefined]]),
      bytes: new Uint8Array([1, 2]),
      list: [undefined, () => 1],
    };
    expect(JSON.parse(toJson(value))).toEqual({
      big: "12",
      nan: "NaN",
      when: "1970-01-01T00:00:00.000Z",
      never: null,
      where: "http://localhost/a",
      set: [1, 2],
      map: [[{ a: 1 }, null]],
      bytes: "AQI=",
      list: [null, null],
    });
  });

  it("writes errors with their code, path and causes", () => {
    const error = new StepFailedError("no route", { path: "fetch", cause: new TypeError("fetch failed") });
    expect(JSON.parse(toJson({ error }))).toEqual({
      error: {
        name: "StepFailedError",
        code: "step_failed",
        category: "unknown",
        path: "fetch",
        message: "no route",
        cause: { name: "TypeError", message: "fetch failed" },
      },
    });
  });

  it("writes an object met twice twice, and one that contains itself not for ever", () => {
    const shared = { a: 1 };
    expect(toJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(toJson(circle)).toBe('{"self":"[circular]"}');
  });

  it("writes nothing as null", () => {
    expect(toJson(undefined)).toBe("null");
  });
});

describe("formatValue", () => {
  it("shows text as it is", () => {
    expect(formatValue('a "b"\nc')).toBe('a "b"\nc');
  });
});
