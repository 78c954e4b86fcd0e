import { InvalidOptionError } from "@flujo/dsl";

/** A JSON Schema (draft 2020-12, or 7 where they agree), or a part of one. */
export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

/** One that is not just `true` or `false`. */
export type SchemaObject = Readonly<Record<string, unknown>>;

const HOLD_A_SCHEMA = [
  ...["items", "additionalItems", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"],
];
const HOLD_A_LIST = ["anyOf", "oneOf", "allOf", "prefixItems", "items"];
const HOLD_A_RECORD = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/** Keywords that restrict what is accepted in ways that are not read here. */
const UNREAD = ["$dynamicRef", "$recursiveRef", "unevaluatedProperties", "unevaluatedItems", "dependencies"];

/** A whole JSON Schema, in which references are looked up. */
export class SchemaDocument {
  readonly root: JsonSchema;
  readonly #patterns = new Map<string, RegExp>();

  /** @throws {@link InvalidOptionError} if `strict`, and a keyword would have to be ignored that restricts. */
  constructor(root: JsonSchema, strict: boolean) {
    this.root = root;
    if (strict) this.#refuseUnread();
  }

  /** What `schema` refers to, or itself. A reference that leads to itself, or nowhere, says nothing. */
  resolve(schema: SchemaObject): JsonSchema {
    return typeof schema.$ref === "string" ? (this.#find(schema.$ref) ?? true) : schema;
  }

  pattern(source: string): RegExp {
    let pattern = this.#patterns.get(source);
    if (pattern === undefined) {
      try {
        pattern = new RegExp(source, "u");
      } catch {
        // Many patterns escape what the flag lets nobody escape.
        pattern = new RegExp(source);
      }
      this.#patterns.set(source, pattern);
    }
    return pattern;
  }

  #find(reference: string): JsonSchema | undefined {
    if (!/^#(?:\/|$)/.test(reference)) return undefined;
    let found: unknown = this.root;
    for (const part of reference.split("/").slice(1)) {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      if (!isSchemaObject(found) && !Array.isArray(found)) return undefined;
      found = Object.hasOwn(found, key) ? (found as SchemaObject)[key] : undefined;
    }
    return isSchema(found) ? found : undefined;
  }

  #refuseUnread(): void {
    const seen = new Set<unknown>();
    const waiting: unknown[] = [this.root];
    for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
      if (!isSchemaObject(schema) || seen.has(schema)) continue;
      seen.add(schema);
      for (const keyword of UNREAD) {
        if (keyword in schema) throw new InvalidOptionError("schema", keyword, "a JSON Schema without that keyword");
      }
      if (typeof schema.$ref === "string" && this.#find(schema.$ref) === undefined)
        throw new InvalidOptionError("schema", schema.$ref, "a JSON Schema whose references lead into itself");
      if (typeof schema.pattern === "string") this.pattern(schema.pattern);
      for (const keyword of HOLD_A_SCHEMA) if (!Array.isArray(schema[keyword])) waiting.push(schema[keyword] ?? true);
      for (const keyword of HOLD_A_LIST) if (Array.isArray(schema[keyword])) waiting.push(...schema[keyword]);
      for (const keyword of HOLD_A_RECORD) {
        const record = schema[keyword];
        if (isSchemaObject(record)) waiting.push(...Object.values(record).map((part) => part ?? true));
      }
    }
  }
}

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || isSchemaObject(value);
}

/** The schemas under a keyword such as `properties`. */
export function schemasUnder(schema: SchemaObject, keyword: string): Readonly<Record<string, JsonSchema>> {
  const record = schema[keyword];
  return isSchemaObject(record) ? (record as Readonly<Record<string, JsonSchema>>) : {};
}

export function requiredKeys(schema: SchemaObject): readonly string[] {
  return Array.isArray(schema.required) ? (schema.required as string[]) : [];
}

/** What the item at `index` of an array must be. */
export function itemSchema(schema: SchemaObject, index: number): JsonSchema {
  // Draft 7 has the list under `items`, and what comes after it under `additionalItems`.
  const list = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined);
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
  if (Array.isArray(list) && index < list.length) return list[index] as JsonSchema;
  return isSchema(rest) ? rest : true;
}
