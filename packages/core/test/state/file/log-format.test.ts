import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkFirstLine, FIRST_LINE_OF_LOG, framesIn, toFrame } from "../../../src/state/file/log-format.ts";

const payloads = fc.array(
  fc.json().map((json) => `entries ${json}`),
  { minLength: 1, maxLength: 4 },
);

/** A log's bytes, and where in it each frame ends. */
function logOf(texts: readonly string[]): { readonly bytes: Buffer; readonly ends: readonly number[] } {
  const parts = [FIRST_LINE_OF_LOG, ...texts.map(toFrame)];
  const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length).slice(1);
  return { bytes: Buffer.concat(parts), ends };
}

function textsIn(bytes: Buffer): readonly string[] {
  const start = checkFirstLine(bytes, "a.log");
  return [...framesIn(bytes.subarray(start), start, "a.log")].map(({ payload }) => payload.toString());
}

describe("A log", () => {
  test("gives back what was put into it, and where each part ends", () => {
    fc.assert(
      fc.property(payloads, (texts) => {
        const { bytes, ends } = logOf(texts);
        expect(textsIn(bytes)).toStrictEqual(texts);
        const start = FIRST_LINE_OF_LOG.length;
        expect([...framesIn(bytes.subarray(start), start, "a.log")].map(({ end }) => end)).toStrictEqual(ends);
      }),
    );
  });

  test("cut off at any byte, has what was whole before it", () => {
    fc.assert(
      fc.property(payloads, (texts) => {
        const { bytes, ends } = logOf(texts);
        for (let cut = FIRST_LINE_OF_LOG.length; cut <= bytes.length; cut++) {
          const whole = texts.filter((_, index) => (ends[index] as number) <= cut);
          expect(textsIn(bytes.subarray(0, cut))).toStrictEqual(whole);
        }
      }),
    );
  });

  test("is known to be damaged whichever of its bits is another", () => {
    fc.assert(
      fc.property(payloads, fc.integer({ min: 0, max: 7 }), (texts, bit) => {
        const { bytes } = logOf(texts);
        for (let at = 0; at < bytes.length; at++) {
          const other = Buffer.from(bytes);
          other.writeUInt8(other.readUInt8(at) ^ (1 << bit), at);
          expect(() => textsIn(other)).toThrow(
            expect.objectContaining({ code: expect.stringMatching(/^state(_format)?$/) }),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test("says where it is damaged", () => {
    const { bytes, ends } = logOf(["run {}", "beginning {}", "lease {}"]);
    const [first = 0] = ends;
    bytes.writeUInt8(bytes.readUInt8(first + 14) ^ 1, first + 14);
    expect(() => textsIn(bytes)).toThrow(
      expect.objectContaining({
        code: "state",
        message: expect.stringContaining(`a.log is damaged at byte ${first}:`),
      }),
    );
  });

  test("ends before a write whose last sectors a loss of power left empty", () => {
    const whole = ["run {}", "beginning {}"];
    const { bytes } = logOf([...whole, `entries "${"x".repeat(3_000)}"`]);
    const end = logOf(whole).bytes.length;
    for (let sectors = 1; sectors * 512 < bytes.length; sectors++) {
      const lost = Buffer.from(bytes).fill(0, sectors * 512);
      expect(textsIn(lost)).toStrictEqual(whole);
    }
    expect(textsIn(Buffer.from(bytes).fill(0, end))).toStrictEqual(whole);
    // In its midst, it may as well be one that was acknowledged.
    expect(() => textsIn(Buffer.from(bytes).fill(0, 1_024, 1_536))).toThrow(expect.objectContaining({ code: "state" }));
  });

  test("of a newer version, or no log at all, is told apart", () => {
    const newer = Buffer.from(FIRST_LINE_OF_LOG.toString().replace("000002", "000003"));
    expect(() => checkFirstLine(newer, "a.log")).toThrow(
      expect.objectContaining({
        code: "state_format",
        message: expect.stringMatching(/a\.log has format 3, .* knows formats up to 2: update the package/),
      }),
    );
    for (const text of ["", "flujo run log", "flujo run log 000000\n", "dear diary,\nthis is not a log"]) {
      expect(() => checkFirstLine(Buffer.from(text), "a.log")).toThrow(expect.objectContaining({ code: "state" }));
    }
  });
});
