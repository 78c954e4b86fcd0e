import { expect, test } from "vitest";
import { fnv1a128 } from "../../src/graph/fnv1a.ts";

// The vectors of Go's hash/fnv, and the offset basis of the specification for the empty text.
test.each([
  ["", "6c62272e07bb014262b821756295c58d"],
  ["a", "d228cb696f1a8caf78912b704e4a8964"],
  ["ab", "08809544bbab1be95aa0733055b69a62"],
  ["abc", "a68d622cec8b5822836dbc7977af7f3b"],
])("the hash of %j is the published one", (text, hash) => {
  expect(fnv1a128(text)).toBe(hash);
});
