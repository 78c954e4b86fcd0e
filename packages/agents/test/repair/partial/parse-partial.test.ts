import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { PartialReader, parsePartial } from "../../../src/index.ts";

const json = fc.jsonValue({ maxDepth: 4 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const container = json.filter((value) => typeof value === "object" && value !== null);

describe("JSON that is still being written", () => {
  test.each<[string, unknown]>([
    ["", undefined],
    ["Here", undefined],
    ["{", {}],
    ['{"na', {}],
    ['{"name"', {}],
    ['{"name":', {}],
    ['{"name": "A', { name: "A" }],
    ['{"name": "A\\', { name: "A" }],
    ['{"name": "A\\u00', { name: "A" }],
    ['{"name": "A", "age": 3', { name: "A" }],
    ['{"name": "A", "age": 36,', { name: "A", age: 36 }],
    ['{"name": "A", "ok": t', { name: "A", ok: true }],
    ['{"xs": [1, 2', { xs: [1] }],
    ['{"xs": [1, -', { xs: [1] }],
    ['{"xs": [1, 2]', { xs: [1, 2] }],
    ["Sure:\n```json\n{'xs': ['a', 'b", { xs: ["a", "b"] }],
    ['<think>{"xs": [0', undefined],
    ['<think>{"xs": [0]}</think>{"xs": [1, ', { xs: [1] }],
  ])("is read as far as it is known: %j", (text, value) => {
    expect(parsePartial(text)).toEqual({ value, isComplete: false });
  });

  test("is complete with its last bracket", () => {
    expect(parsePartial('{"n": 12}')).toEqual({ value: { n: 12 }, isComplete: true });
    expect(parsePartial('```json\n{"n": 12}\n``')).toEqual({ value: { n: 12 }, isComplete: true });
  });

  test("has nothing in it, wherever it ends, that the whole has not", () => {
    fc.assert(
      fc.property(container, fc.constantFrom(undefined, 1), (value, space) => {
        const text = JSON.stringify(value, null, space);
        for (let end = 0; end <= text.length; end++) {
          const reading = parsePartial(text.slice(0, end));
          if (!isPartOf(reading.value, value))
            expect.fail(`${text.slice(0, end)} gives ${JSON.stringify(reading.value)}`);
          expect(reading.isComplete).toBe(end === text.length);
        }
        expect(parsePartial(text).value).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});

describe("with a schema", () => {
  const Review = z.object({
    mood: z.enum(["calm", "called off"]),
    score: z.number().min(1),
    tags: z.array(z.string()).min(2),
    lines: z.array(z.object({ sku: z.string(), count: z.int() })),
  });

  test.each<[string, unknown]>([
    ['{"mood": "cal', {}],
    ['{"mood": "calm', { mood: "calm" }],
    ['{"mood": "Calm.", "score": "4', { mood: "calm" }],
    ['{"mood": "Calm.", "score": "4", "tags": "ne', { mood: "calm", score: 4 }],
    ['{"score": 4, "tags": ["ne', { score: 4, tags: ["ne"] }],
    ['{"lines": [{"sku": "a", "count": "1"}, {"sku": "b", "cou', { lines: [{ sku: "a", count: 1 }, { sku: "b" }] }],
    ['{"review": {"score": "4", "ta', { score: 4 }],
  ])("what has come is made to fit, and the rest may come: %j", (text, value) => {
    expect(parsePartial(text, Review)).toEqual({ value, isComplete: false });
  });

  test("what can't fit is shown as it was written", () => {
    expect(parsePartial('{"score": {"of": 5}, "tags": [', Review).value).toEqual({ score: { of: 5 }, tags: [] });
  });
});

describe("a reader of a stream", () => {
  test("gives what there is after each piece of a short text", () => {
    const reader = new PartialReader();
    const values = ['{"a"', ': "x', 'y", "b": 1', "2}"].map((piece) => reader.push(piece)?.value);
    expect(values).toEqual([{}, { a: "x" }, { a: "xy" }, { a: "xy", b: 12 }]);
    expect(reader.read().isComplete).toBe(true);
    expect(reader.text).toBe('{"a": "xy", "b": 12}');
  });

  test("reads a long text so often that all of it takes linear time", () => {
    const text = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: "some name" })));
    const reader = new PartialReader();
    let read = 0;
    let readings = 0;
    for (let at = 0; at < text.length; at += 20) {
      if (reader.push(text.slice(at, at + 20)) === undefined) continue;
      readings++;
      read += Math.min(at + 20, text.length);
    }
    expect(readings).toBeGreaterThan(200);
    expect(read).toBeLessThan(20 * text.length);
    expect(reader.read()).toEqual({ value: JSON.parse(text), isComplete: true });
  });
});

/** Whether `part` is `whole` with what comes later left out: the ends of texts, members and items. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (part === undefined) return true;
  if (typeof part === "string") return typeof whole === "string" && whole.startsWith(part);
  if (typeof part !== "object" || part === null) return part === whole;
  if (typeof whole !== "object" || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false;
  return Object.entries(part).every(
    ([key, value]) => Object.hasOwn(whole, key) && isPartOf(value, (whole as Record<string, unknown>)[key]),
  );
}
