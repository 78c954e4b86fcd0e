import { type Serializer, StateError, StepFailedError } from "@flujo/core/protocols";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryValue } from "./contract/arbitrary-value.ts";
import { difference } from "./contract/difference.ts";
import { FITTING, HOLDERS, ONE_OF_EACH, REFUSED, SAMPLES, SCHEMAS, UNNAMED } from "./contract/samples.ts";

/** How the suite gets at the serializer under test. */
export interface SerializerHarness {
  /** Of the serializer, as the suite's title shows it. */
  readonly name: string;
  /** A new serializer. Each has to read what any other wrote. */
  readonly open: () => Serializer | Promise<Serializer>;
  /** Texts that look like those of this serializer, and that it never writes. */
  readonly foreign?: readonly string[];
}

/** Values of the property tests. */
const RUNS = 200;

/** The contract of {@link Serializer} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeSerializer({ name, open, foreign = [] }: SerializerHarness): void {
  /** Written by one, read by another. */
  async function opened(): Promise<{ readonly writer: Serializer; readonly reader: Serializer }> {
    return { writer: await open(), reader: await open() };
  }

  describe(`The ${name} serializer`, () => {
    describe("brings back", () => {
      test.each(Object.entries(SAMPLES))("%s", async (_, value) => {
        const { writer, reader } = await opened();
        expect(difference(reader.parse(writer.stringify(value)), value)).toBeUndefined();
      });

      test.each(Object.entries(HOLDERS))("every value %s, and that in every other", async (_, hold) => {
        const { writer, reader } = await opened();
        const values = [
          ...Object.values(SAMPLES).map(hold),
          ...Object.values(HOLDERS).flatMap((holdAgain) => ONE_OF_EACH.map((value) => holdAgain(hold(value)))),
        ];
        // One check for all: there are hundreds.
        const lost = values.map((value) => difference(reader.parse(writer.stringify(value)), value));
        expect(lost.filter((place) => place !== undefined)).toStrictEqual([]);
      });

      test("objects that look like what it writes for another value", async () => {
        const { writer, reader } = await opened();
        for (const value of Object.values(SAMPLES)) {
          for (let lookalike = asJson(writer.stringify(value)), depth = 0; depth < 3; depth++) {
            const text = writer.stringify(lookalike);
            expect(difference(reader.parse(text), lookalike)).toBeUndefined();
            lookalike = asJson(text);
          }
        }
      });

      test("one object that it meets twice, as two that are equal", async () => {
        const { writer, reader } = await opened();
        const shared = { list: [1] };
        const back = reader.parse(writer.stringify({ a: shared, b: [shared] })) as { a: object; b: object[] };
        expect(difference(back, { a: { list: [1] }, b: [{ list: [1] }] })).toBeUndefined();
      });

      test("Maps and Sets of a context, which are frozen by methods of their own", async () => {
        const { writer, reader } = await opened();
        const methods = { delete: frozenMethod, clear: frozenMethod };
        const frozenOnes = [
          Object.assign(new Map([["a", 1]]), methods, { set: frozenMethod }),
          Object.assign(new Set(["a"]), methods, { add: frozenMethod }),
        ];
        const back = reader.parse(writer.stringify(frozenOnes));
        expect(difference(back, [new Map([["a", 1]]), new Set(["a"])])).toBeUndefined();
      });

      test("errors of ours with their code, category and all that a handler goes by", async () => {
        const { writer, reader } = await opened();
        const error = new StepFailedError("the step failed", {
          path: "a/b",
          cause: new StateError("the disk is full"),
        });
        const { name, message, code, category, retryable, path } = error;
        const back = reader.parse(writer.stringify({ error })) as { error: Error };
        expect(back.error).toBeInstanceOf(Error);
        expect(back.error).toMatchObject({ name, message, code, category, retryable, path, cause: { code: "state" } });
      });

      test("values of every type in each other, whatever they are", async () => {
        const { writer, reader } = await opened();
        fc.assert(
          fc.property(
            arbitraryValue,
            (value) => difference(reader.parse(writer.stringify(value)), value) === undefined,
          ),
          { numRuns: RUNS },
        );
      });

      test("values that nobody else has: changing one changes no other", async () => {
        const { writer, reader } = await opened();
        const text = writer.stringify({ list: [1], seen: new Set([1]) });
        const first = reader.parse(text) as { list: number[]; seen: Set<number>; more?: boolean };
        first.list.push(2);
        first.seen.add(2);
        first.more = true;
        expect(difference(reader.parse(text), { list: [1], seen: new Set([1]) })).toBeUndefined();
      });
    });

    describe("writes", () => {
      test("the same text each time, whoever writes it, and for what was read too", async () => {
        const { writer, reader } = await opened();
        fc.assert(
          fc.property(arbitraryValue, (value) => {
            const text = writer.stringify(value);
            return reader.stringify(value) === text && reader.stringify(writer.parse(text)) === text;
          }),
          { numRuns: RUNS },
        );
      });

      test("the same text by a compiled schema, if it compiles any, whether a value fits it or not", async () => {
        const { writer, reader } = await opened();
        for (const schema of SCHEMAS) {
          const write = writer.compile?.(schema);
          if (write === undefined) continue;
          for (const value of [...Object.values(SAMPLES), ...FITTING, ...Object.values(REFUSED)])
            expect(outcomeOf(() => write(value))).toBe(outcomeOf(() => reader.stringify(value)));
        }
      });

      test("text that every store can hold", async () => {
        const { writer } = await opened();
        // Half of a surrogate pair alone is lost on the way to UTF-8.
        for (const value of Object.values(SAMPLES)) expect(writer.stringify(value)).not.toMatch(/\p{Surrogate}/u);
      });

      test("what it is given without changing it", async () => {
        const { writer } = await opened();
        for (const hold of Object.values(HOLDERS)) {
          const [value, same] = [hold(frozen()), hold(frozen())];
          writer.stringify(value);
          // The stacks of two errors differ by where they were made.
          for (const error of [value, same]) if (error instanceof Error) error.stack = "";
          expect(difference(value, same)).toBeUndefined();
        }
      });
    });

    describe("refuses", () => {
      test.each(Object.entries(REFUSED))("%s, wherever it is", async (_, bad) => {
        const { writer } = await opened();
        expect(refusalOf(() => writer.stringify(bad))).toBe("not_serializable");
        for (const hold of Object.values(HOLDERS))
          expect(refusalOf(() => writer.stringify(hold(bad)))).toBe("not_serializable");
      });

      const loop: { readonly list: unknown[] } = { list: [0] };
      loop.list.push(loop);
      const throwing = {
        get secret(): never {
          throw new Error("this getter throws");
        },
      };
      test.each<[what: string, value: unknown, property: string]>([
        ["itself", Symbol("s"), "value"],
        ["a property", { a: { b: () => 1 } }, "value.a.b"],
        ["an item", { list: [1, [2, Symbol("s")]] }, "value.list[1][1]"],
        ["the first of two", { good: 1, bad: () => 1, worse: () => 1 }, "value.bad"],
        ["a cycle", loop, "value.list[1]"],
        ["a property that can't be read", [throwing], "value[0].secret"],
      ])("a value, naming where it is: %s", async (_, value, property) => {
        const { writer } = await opened();
        expect(() => writer.stringify(value)).toThrow(expect.objectContaining({ code: "not_serializable", property }));
      });

      test.each(Object.entries(UNNAMED))("%s, if it doesn't bring it back as it was", async (_, value) => {
        const { writer, reader } = await opened();
        for (const hold of [(same: unknown) => same, ...Object.values(HOLDERS)]) {
          const held = hold(value);
          let text: string | undefined;
          const refusal = refusalOf(() => {
            text = writer.stringify(held);
          });
          expect(refusal).toBeOneOf([undefined, "not_serializable"]);
          if (text !== undefined) expect(difference(reader.parse(text), held)).toBeUndefined();
        }
      });

      test("cycles of every kind", async () => {
        const { writer } = await opened();
        const [map, set, error] = [new Map<string, unknown>(), new Set<unknown>(), new Error("cycle")];
        map.set("self", map);
        set.add([set]);
        error.cause = { error };
        for (const cycle of [map, set, error])
          expect(refusalOf(() => writer.stringify(cycle))).toBe("not_serializable");
      });

      test("what is nested too deep for it, without a crash", async () => {
        const { writer, reader } = await opened();
        let deep: unknown = 1;
        for (let depth = 0; depth < 200_000; depth++) deep = depth % 2 === 0 ? [deep] : { deep };
        let text: string | undefined;
        const refusal = refusalOf(() => {
          text = writer.stringify(deep);
        });
        expect(refusal).toBeOneOf([undefined, "not_serializable"]);
        if (text !== undefined) expect(reader.stringify(reader.parse(text)) === text).toBe(true);
      });

      test("text that nobody wrote", async () => {
        const { reader } = await opened();
        for (const text of ["", " ", "{", "[1,", '"', "undefined", "<p>", "\0", "{}{}"])
          expect(refusalOf(() => reader.parse(text))).toBe("not_serializable");
      });

      test("text that was cut off", async () => {
        const { writer, reader } = await opened();
        const text = writer.stringify({ when: new Date(0), list: [1, "two", { three: 3n }] });
        for (let length = 0; length < text.length; length++)
          expect(refusalOf(() => reader.parse(text.slice(0, length)))).toBe("not_serializable");
      });

      if (foreign.length > 0) {
        test.each(foreign)("text that only looks like its own: %s", async (text) => {
          const { reader } = await opened();
          expect(refusalOf(() => reader.parse(text))).toBe("not_serializable");
        });
      }
    });

    test("never touches a prototype", async () => {
      const { writer, reader } = await opened();
      for (const value of Object.values(SAMPLES)) reader.parse(writer.stringify(value));
      for (const text of ['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}'])
        refusalOf(() => reader.parse(text));
      for (const shared of [Object, Array, Map, Set, Date, Error, Function])
        expect(Object.keys(shared.prototype)).toStrictEqual([]);
      expect(({} as { readonly polluted?: boolean }).polluted).toBeUndefined();
    });
  });
}

/** The code of what `work` threw; undefined if it threw nothing. */
function refusalOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return (thrown as { readonly code?: unknown } | undefined)?.code ?? thrown;
  }
}

/** What `write` gives, or the code of what it threw. */
function outcomeOf(write: () => string): unknown {
  let text: string | undefined;
  const refusal = refusalOf(() => {
    text = write();
  });
  return text ?? refusal;
}

/** What JSON makes of `text`; the text itself where it is none. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A serializer need not write JSON; then its text is a string like any other.
    return text;
  }
}

function frozenMethod(): never {
  throw new Error("This is frozen");
}

function frozen(): unknown {
  return Object.freeze({
    tags: Object.freeze([undefined, 1n, -0]),
    when: new Date(0),
    seen: new Map([["a", new Set([1n])]]),
  });
}
