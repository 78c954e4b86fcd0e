import type { Hasher } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../contract/hostile-texts.ts";

/** How the suite gets at the hasher under test. */
export interface HasherHarness {
  /** Of the hasher, as the suite's title shows it. */
  readonly name: string;
  /** A new hasher. Each has to give the digests that all others give. */
  readonly open: () => Hasher | Promise<Hasher>;
  /** Digests by text, as another implementation of the same function gives them. */
  readonly known?: Readonly<Record<string, string>>;
}

/** Characters that 128 bits need in Base64: of fewer bits, two equal digests would be found. */
const SHORTEST = 22;

/** More would not be short; 512 bits in hexadecimal are 128. */
const LONGEST = 128;

/** The contract of {@link Hasher} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeHasher({ name, open, known = {} }: HasherHarness): void {
  describe(`The ${name} hasher`, () => {
    test("gives a text the same digest each time, whatever it was given in between", async () => {
      const hasher = await open();
      const first = await hasher.digest("text");
      await hasher.digest("another");
      expect(await hasher.digest("text")).toBe(first);
    });

    test("gives the digests that another hasher of its kind gives", async () => {
      const [one, other] = [await open(), await open()];
      for (const text of HOSTILE_TEXTS) expect(await one.digest(text)).toBe(await other.digest(text));
    });

    test.each(Object.entries(known))("gives %j the digest that is known of it", async (text, digest) => {
      expect(await (await open()).digest(text)).toBe(digest);
    });

    test("gives each text a digest of its own", async () => {
      const hasher = await open();
      const texts = new Set([
        "",
        ...HOSTILE_TEXTS,
        ...Array.from({ length: 2_000 }, (_, index) => `${index}`),
        ...Array.from({ length: 200 }, (_, index) => "a".repeat(index)),
      ]);
      const digests = await Promise.all([...texts].map((text) => hasher.digest(text)));
      expect(new Set(digests).size).toBe(texts.size);
    });

    test("tells long texts apart by any one character", async () => {
      const hasher = await open();
      const length = 1_048_576;
      const long = "€".repeat(length);
      const others = [0, length / 2, length - 1].map((at) => `${long.slice(0, at)}$${long.slice(at + 1)}`);
      const digests = await Promise.all([long, ...others].map((text) => hasher.digest(text)));
      expect(new Set(digests).size).toBe(4);
    });

    test("tells texts apart that are no valid Unicode", async () => {
      const hasher = await open();
      const texts = ["\ud83d", "\ud83e", "\udca9", "\ufffd", "\ud83d\ud83d", "a\ud83d", "\ud83da", "\ud83d\ufffd"];
      const digests = await Promise.all(texts.map((text) => hasher.digest(text)));
      expect(new Set(digests).size).toBe(texts.length);
    });

    test("gives digests of one length that can be printed", async () => {
      const hasher = await open();
      const digests = await Promise.all(["", "a", ...HOSTILE_TEXTS].map((text) => hasher.digest(text)));
      const [length] = digests.map((digest) => digest.length);
      for (const digest of digests) {
        expect(digest).toMatch(/^[!-~]+$/);
        expect(digest).toHaveLength(length as number);
      }
      expect(length).toBeGreaterThanOrEqual(SHORTEST);
      expect(length).toBeLessThanOrEqual(LONGEST);
    });

    test("is not confused by many texts at the same time", async () => {
      const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`.repeat(index % 7));
      const [together, alone] = [await open(), await open()];
      const digests = await Promise.all(texts.map((text) => together.digest(text)));
      const expected: string[] = [];
      for (const text of texts) expected.push(await alone.digest(text));
      expect(digests).toStrictEqual(expected);
    });
  });
}
