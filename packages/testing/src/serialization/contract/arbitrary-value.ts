import fc from "fast-check";
import { HOSTILE_KEYS, stacked } from "./samples.ts";

const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, Number.NaN, Infinity, -Infinity, -0),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.webUrl().map((url) => new URL(url)),
);

const key = fc.oneof(fc.string(), fc.constantFrom(...HOSTILE_KEYS));

/** Values are to be deep and of many kinds rather than wide. */
const FEW = { maxLength: 4 } as const;

/** Values of every kind that a serializer has to carry, in each other. */
export const arbitraryValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("record"), tie("map"), tie("set"), tie("error")),
  list: fc.array(tie("value"), FEW),
  record: fc.array(fc.tuple(key, tie("value")), FEW).map((entries) => Object.fromEntries(entries)),
  map: fc.array(fc.tuple(tie("value"), tie("value")), FEW).map((entries) => new Map(entries)),
  set: fc.array(tie("value"), FEW).map((items) => new Set(items)),
  error: fc
    .tuple(fc.constantFrom(Error, TypeError, RangeError), fc.string(), tie("value"))
    .map(([Kind, message, cause]) => stacked(new Kind(message, { cause }))),
})).value;
