import { expect, test } from "vitest";
import { closeObjects } from "../../src/output/close-objects.ts";

const open = { type: "object", properties: { a: { type: "string" } } };
const closed = { ...open, additionalProperties: false };

test("closes objects wherever a schema can stand", () => {
  expect(
    closeObjects({
      type: "object",
      properties: { plain: open, list: { type: "array", items: open }, pair: { prefixItems: [open, true] } },
      $defs: { part: open },
    }),
  ).toEqual({
    type: "object",
    properties: { plain: closed, list: { type: "array", items: closed }, pair: { prefixItems: [closed, true] } },
    $defs: { part: closed },
    additionalProperties: false,
  });
  expect(closeObjects({ anyOf: [open], oneOf: [open] })).toEqual({ anyOf: [closed], oneOf: [closed] });
});

test("keeps what a schema says of other properties", () => {
  const loose = { type: "object", additionalProperties: true };
  expect(closeObjects(loose)).toEqual(loose);
  expect(closeObjects({ type: "object", additionalProperties: open })).toEqual({
    type: "object",
    additionalProperties: closed,
  });
});

test("leaves the parts of an intersection open, which would exclude each other if closed", () => {
  const apart = { allOf: [open, { type: "object", properties: { b: { type: "string" } } }] };
  expect(closeObjects(apart)).toEqual(apart);
  const beside = { ...open, ...apart };
  expect(closeObjects(beside)).toEqual(beside);
});

test("takes nothing for a schema that only looks like one", () => {
  const schema = { type: "object", properties: { type: { const: open }, items: { enum: [open], default: open } } };
  expect(closeObjects(schema)).toEqual({ ...schema, additionalProperties: false });
});

test("leaves the schema that it was given alone", () => {
  const given = { type: "object", properties: { inner: { type: "object" } } };
  closeObjects(given);
  expect(given).toEqual({ type: "object", properties: { inner: { type: "object" } } });
});
