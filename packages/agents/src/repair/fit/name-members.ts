import {
  isSchema,
  type JsonSchema,
  requiredKeys,
  type SchemaDocument,
  type SchemaObject,
  schemasUnder,
} from "../schema/json-schema.ts";
import type { Member } from "../text/source-node.ts";

/** A member, and what the schema has to say of it. */
export interface NamedMember {
  readonly member: Member;
  /** The key that the schema has for it. */
  readonly key: string;
  /** What its value must be; `undefined` if it is not allowed. */
  readonly schema: JsonSchema | undefined;
}

/** Finds the property that each member is meant to be: of its name, or the only one of its name in another style. */
export function nameMembers(
  members: readonly Member[],
  schema: SchemaObject,
  document: SchemaDocument,
): readonly NamedMember[] {
  const properties = schemasUnder(schema, "properties");
  const patterns = Object.entries(schemasUnder(schema, "patternProperties"));
  const isKnown = (key: string): boolean =>
    Object.hasOwn(properties, key) || patterns.some(([pattern]) => document.pattern(pattern).test(key));
  const strange = members.filter(({ key }) => !isKnown(key));
  const meant = strange.length === 0 ? undefined : meantKeys(members, strange, schema);
  return members.map((member) => {
    const key = meant?.get(member.key) ?? member.key;
    return { member, key, schema: schemaOf(key, schema, properties, patterns, document) };
  });
}

function schemaOf(
  key: string,
  schema: SchemaObject,
  properties: Readonly<Record<string, JsonSchema>>,
  patterns: readonly (readonly [string, JsonSchema])[],
  document: SchemaDocument,
): JsonSchema | undefined {
  const matching = patterns.flatMap(([pattern, part]) => (document.pattern(pattern).test(key) ? [part] : []));
  const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own !== undefined) return matching.length === 0 ? own : { allOf: [own, ...matching] };
  if (matching.length > 0) return matching.length === 1 ? matching[0] : { allOf: matching };
  if (schema.additionalProperties === false) return undefined;
  return isSchema(schema.additionalProperties) ? schema.additionalProperties : true;
}

/** The property for each strange key that only one property is spelt like, and that no other key is. */
function meantKeys(
  members: readonly Member[],
  strange: readonly Member[],
  schema: SchemaObject,
): ReadonlyMap<string, string> {
  const present = new Set(members.map(({ key }) => key));
  // Where any key will do, only one that is missing can be meant.
  const isFree = schema.additionalProperties === undefined || schema.additionalProperties === false;
  const free = isFree ? Object.keys(schemasUnder(schema, "properties")) : requiredKeys(schema);
  const properties = byFolded(free.filter((key) => !present.has(key)));
  const meant = new Map<string, string>();
  for (const [folded, keys] of byFolded(strange.map(({ key }) => key))) {
    const names = properties.get(folded);
    if (keys.length === 1 && names?.length === 1) meant.set(keys[0] as string, names[0] as string);
  }
  return meant;
}

function byFolded(keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const group = groups.get(foldKey(key));
    if (group === undefined) groups.set(foldKey(key), [key]);
    else group.push(key);
  }
  return groups;
}

/** `first_name`, `first-name`, `firstName` and `First Name` are one; `row_1_1` and `row_11` are not. */
export function foldKey(key: string): string {
  return key.toLowerCase().replaceAll(/(?<!\d)[\s_-]+|[\s_-]+(?![\d\s_-])/g, "");
}
