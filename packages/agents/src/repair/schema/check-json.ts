import { canonicalJson } from "./canonical-json.ts";
import {
  isSchema,
  isSchemaObject,
  itemSchema,
  type JsonSchema,
  requiredKeys,
  type SchemaDocument,
  type SchemaObject,
  schemasUnder,
} from "./json-schema.ts";
import { type Pointer, pointerTo } from "./pointer.ts";

/** What is wrong with a value, and where: `/tags/0`. The value itself is the empty path. */
export interface RepairIssue {
  /** A JSON pointer. */
  readonly path: string;
  readonly message: string;
}

const NO_TRAIL: readonly JsonSchema[] = [];

/** Most that are looked for. */
const MOST_ISSUES = 20;

/** What is wrong with `value`, by `schema`. `format` is a remark and is not checked. */
export function checkJson(value: unknown, schema: JsonSchema, document: SchemaDocument): readonly RepairIssue[] {
  const issues: RepairIssue[] = [];
  check(value, schema, document, undefined, issues, NO_TRAIL);
  return issues;
}

/** Whether `schema` has nothing against `value`. */
export function accepts(value: unknown, schema: JsonSchema, document: SchemaDocument): boolean {
  return checkJson(value, schema, document).length === 0;
}

/** @param trail - the schemas that this same value is being checked against: a schema that comes back to itself says nothing */
function check(
  value: unknown,
  schema: JsonSchema,
  document: SchemaDocument,
  place: Pointer,
  issues: RepairIssue[],
  trail: readonly JsonSchema[],
): void {
  if (schema === true || issues.length >= MOST_ISSUES) return;
  if (schema === false) {
    issues.push({ path: pointerTo(place), message: "nothing is allowed here" });
    return;
  }
  if (trail.includes(schema)) return;
  for (const message of ownIssues(value, schema, document)) issues.push({ path: pointerTo(place), message });
  if (APPLICATORS.some((keyword) => keyword in schema))
    checkParts(value, schema, document, place, issues, [...trail, schema]);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++)
      check(value[index], itemSchema(schema, index), document, { parent: place, key: index }, issues, NO_TRAIL);
  } else if (isSchemaObject(value)) {
    for (const key of Object.keys(value)) {
      for (const part of propertySchemas(schema, key, document))
        check(value[key], part, document, { parent: place, key }, issues, NO_TRAIL);
      if (isSchema(schema.propertyNames)) check(key, schema.propertyNames, document, place, issues, NO_TRAIL);
    }
  }
}

/** Keywords that apply further schemas to the same value. */
const APPLICATORS = ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas"];

function checkParts(
  value: unknown,
  schema: SchemaObject,
  document: SchemaDocument,
  place: Pointer,
  issues: RepairIssue[],
  trail: readonly JsonSchema[],
): void {
  const checkAll = (part: JsonSchema): void => check(value, part, document, place, issues, trail);
  const found = (message: string): number => issues.push({ path: pointerTo(place), message });
  const isFine = (part: JsonSchema): boolean => {
    const problems: RepairIssue[] = [];
    check(value, part, document, place, problems, trail);
    return problems.length === 0;
  };
  const target = document.resolve(schema);
  if (target !== schema) checkAll(target);
  for (const part of listUnder(schema, "allOf")) checkAll(part);
  const any = listUnder(schema, "anyOf");
  if (any.length > 0 && !any.some(isFine)) found("it fits none of the alternatives");
  const one = listUnder(schema, "oneOf");
  const fitting = one.filter(isFine).length;
  if (one.length > 0 && fitting !== 1)
    found(fitting === 0 ? "it fits none of the alternatives" : "it fits several alternatives");
  if (isSchema(schema.not) && isFine(schema.not)) found("it is what it must not be");
  if (isSchema(schema.if)) {
    const consequence = isFine(schema.if) ? schema.then : schema.else;
    if (isSchema(consequence)) checkAll(consequence);
  }
  if (!isSchemaObject(value)) return;
  for (const [key, part] of Object.entries(schemasUnder(schema, "dependentSchemas")))
    if (Object.hasOwn(value, key)) checkAll(part);
}

/** All that an object's schema says of the value under `key`. */
function propertySchemas(schema: SchemaObject, key: string, document: SchemaDocument): readonly JsonSchema[] {
  const properties = schemasUnder(schema, "properties");
  const named = Object.hasOwn(properties, key) ? [properties[key] as JsonSchema] : [];
  if ("patternProperties" in schema)
    for (const [pattern, part] of Object.entries(schemasUnder(schema, "patternProperties")))
      if (document.pattern(pattern).test(key)) named.push(part);
  return named.length === 0 && isSchema(schema.additionalProperties) ? [schema.additionalProperties] : named;
}

function listUnder(schema: SchemaObject, keyword: string): readonly JsonSchema[] {
  return Array.isArray(schema[keyword]) ? (schema[keyword] as JsonSchema[]) : [];
}

export type JsonType = "null" | "boolean" | "number" | "integer" | "string" | "array" | "object";

/** A number without a fraction is an integer. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value as "boolean" | "string" | "object";
}

/** What keywords that look at the value alone, not at what is in it, have against it. */
export function ownIssues(value: unknown, schema: SchemaObject, document: SchemaDocument): readonly string[] {
  const issues: string[] = [];
  if (schema.type !== undefined && !isOfType(value, schema.type))
    issues.push(`expected ${[schema.type].flat().join(" or ")}, but it is ${jsonTypeOf(value)}`);
  if ("const" in schema && canonicalJson(value) !== canonicalJson(schema.const))
    issues.push(`it must be ${JSON.stringify(schema.const)}`);
  if (Array.isArray(schema.enum) && !isOneOf(value, schema.enum))
    issues.push(`it must be one of ${schema.enum.map((choice) => JSON.stringify(choice)).join(", ")}`);
  if (typeof value === "number") numberIssues(value, schema, issues);
  else if (typeof value === "string") textIssues(value, schema, document, issues);
  else if (Array.isArray(value)) listIssues(value, schema, document, issues);
  else if (isSchemaObject(value)) objectIssues(value, schema, issues);
  return issues;
}

function isOfType(value: unknown, types: unknown): boolean {
  const type = jsonTypeOf(value);
  if (Array.isArray(types)) return types.some((one) => isOfType(value, one));
  return type === types || (type === "integer" && types === "number");
}

function isOneOf(value: unknown, choices: readonly unknown[]): boolean {
  if (choices.includes(value)) return true;
  return typeof value === "object" && choices.some((choice) => canonicalJson(choice) === canonicalJson(value));
}

function numberIssues(value: number, schema: SchemaObject, issues: string[]): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === "number" && value < minimum) issues.push(`it must be at least ${minimum}`);
  if (typeof maximum === "number" && value > maximum) issues.push(`it must be at most ${maximum}`);
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum)
    issues.push(`it must be above ${exclusiveMinimum}`);
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum)
    issues.push(`it must be below ${exclusiveMaximum}`);
  if (typeof multipleOf === "number" && !isMultiple(value, multipleOf))
    issues.push(`it must be a multiple of ${multipleOf}`);
}

/** 0.3 is a multiple of 0.1, though not in binary. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times));
}

function textIssues(value: string, schema: SchemaObject, document: SchemaDocument, issues: string[]): void {
  const { minLength, maxLength, pattern } = schema;
  if (typeof minLength === "number" && lengthOf(value) < minLength)
    issues.push(`it must have ${minLength} characters or more`);
  if (typeof maxLength === "number" && lengthOf(value) > maxLength)
    issues.push(`it must have at most ${maxLength} characters`);
  if (typeof pattern === "string" && !document.pattern(pattern).test(value)) issues.push(`it must match /${pattern}/`);
}

/** In characters, not in the halves that those outside the basic plane are stored in. */
function lengthOf(value: string): number {
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function listIssues(value: readonly unknown[], schema: SchemaObject, document: SchemaDocument, issues: string[]): void {
  sizeIssues(value.length, schema.minItems, schema.maxItems, "items", issues);
  if (schema.uniqueItems === true && new Set(value.map(canonicalJson)).size < value.length)
    issues.push("its items must differ");
  const { contains, minContains = 1, maxContains = Infinity } = schema;
  if (!isSchema(contains)) return;
  const count = value.filter((item) => accepts(item, contains, document)).length;
  sizeIssues(count, minContains, maxContains, "items of the kind that some must be of", issues);
}

function objectIssues(value: SchemaObject, schema: SchemaObject, issues: string[]): void {
  const { minProperties, maxProperties, dependentRequired } = schema;
  if (minProperties !== undefined || maxProperties !== undefined)
    sizeIssues(Object.keys(value).length, minProperties, maxProperties, "keys", issues);
  for (const key of requiredKeys(schema)) if (!Object.hasOwn(value, key)) issues.push(`"${key}" is missing`);
  if (!isSchemaObject(dependentRequired)) return;
  for (const [key, others] of Object.entries(dependentRequired)) {
    if (!Object.hasOwn(value, key)) continue;
    for (const other of others as string[])
      if (!Object.hasOwn(value, other)) issues.push(`"${other}" is missing, which "${key}" asks for`);
  }
}

function sizeIssues(size: number, least: unknown, most: unknown, noun: string, issues: string[]): void {
  if (typeof least === "number" && size < least) issues.push(`it must have ${least} ${noun} or more`);
  if (typeof most === "number" && size > most) issues.push(`it must have at most ${most} ${noun}`);
}
