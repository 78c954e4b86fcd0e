import fc from "fast-check";

const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, Number.NaN, Infinity, -Infinity, -0),
  fc.bigInt(),
  fc.date(),
  fc.uint8Array(),
  fc.float64Array(),
  fc.webUrl().map((url) => new URL(url)),
);
/** Values of every type that the serializer carries, in each other. */
export const arbitraryValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("record"), tie("map"), tie("set")),
  list: fc.array(tie("value")),
  record: fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("$flujo", "value", "toString", "constructor")),
    tie("value"),
  ),
  map: fc.array(fc.tuple(tie("value"), tie("value"))).map((entries) => new Map(entries)),
  set: fc.array(tie("value")).map((items) => new Set(items)),
})).value;
