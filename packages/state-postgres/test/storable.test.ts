import { expect, test } from "vitest";
import { restored, storable } from "../src/tables/storable.ts";

/** Every text of up to five of these. */
const ALPHABET = ["\u0000", "\u0001", "\u0002", "a", "€"];
const TEXTS = [1, 2, 3, 4, 5].reduce<readonly string[]>(
  (texts) => ["", ...texts.flatMap((text) => ALPHABET.map((sign) => text + sign))],
  [""],
);
const distinct = [...new Set(TEXTS)];

test("Every text comes back as it was, without a NUL on the way", () => {
  expect(distinct.length).toBeGreaterThan(3_000);
  expect(distinct.filter((text) => restored(storable(text, "text")) !== text)).toStrictEqual([]);
  expect(distinct.filter((text) => storable(text, "text").includes("\u0000"))).toStrictEqual([]);
  expect(new Set(distinct.map((text) => storable(text, "text"))).size).toBe(distinct.length);
});

test("Stored texts compare as the texts do", () => {
  const inOrder = distinct.toSorted();
  const stored = inOrder.map((text) => storable(text, "text"));
  expect(stored.toSorted()).toStrictEqual(stored);
});

test("One text begins with another if and only if the stored ones do", () => {
  const short = distinct.filter((text) => text.length <= 3);
  for (const whole of short) {
    for (const part of short) {
      expect(storable(whole, "text").startsWith(storable(part, "text"))).toBe(whole.startsWith(part));
    }
  }
});

test("A text without NUL and U+0001 is stored as it is", () => {
  for (const text of ["", "plain", "\u0002€👩‍👩‍👧", "\\x00", "\\u0000"]) expect(storable(text, "text")).toBe(text);
});
