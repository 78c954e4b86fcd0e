import {
  isSchema,
  isSchemaObject,
  type JsonSchema,
  requiredKeys,
  type SchemaObject,
  schemasUnder,
} from "./json-schema.ts";

/** Longest description that is kept. */
const MOST_OF_A_REMARK = 120;

/**
 * A JSON Schema as a TypeScript type: a fraction of its length, and what models have read most of. What a type can't say
 * stands behind it as a comment. A guide for a reader, not for a compiler.
 */
export function schemaOutline(schema: JsonSchema): string {
  const outline = new Outline(schema);
  const root = outline.typeOf(schema, "");
  return [...outline.definitions(), `type Answer = ${root};`].join("\n");
}

class Outline {
  readonly #root: JsonSchema;
  /** Names that are referred to, in the order in which they are. */
  readonly #named = new Set<string>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  *definitions(): Generator<string> {
    // A set gives what is added to it while it is gone through.
    for (const reference of this.#named) {
      const target = this.#find(reference);
      if (target !== undefined) yield `type ${nameOf(reference)} = ${this.typeOf(target, "")};`;
    }
  }

  typeOf(schema: JsonSchema, indent: string): string {
    if (schema === true) return "unknown";
    if (schema === false) return "never";
    if (typeof schema.$ref === "string") {
      if (schema.$ref === "#") return "Answer";
      this.#named.add(schema.$ref);
      return nameOf(schema.$ref);
    }
    if ("const" in schema) return JSON.stringify(schema.const);
    if (Array.isArray(schema.enum)) return schema.enum.map((member) => JSON.stringify(member)).join(" | ");
    for (const [keyword, sign] of COMBINED) {
      const parts = schema[keyword];
      if (Array.isArray(parts)) return this.#combined(parts.filter(isSchema), sign, schema, indent);
    }
    if (Array.isArray(schema.type))
      return schema.type.map((type: unknown) => this.typeOf({ ...schema, type }, indent)).join(" | ");
    return this.#plain(schema, indent);
  }

  #combined(parts: readonly JsonSchema[], sign: string, schema: SchemaObject, indent: string): string {
    const types = new Set(parts.map((part) => this.typeOf(part, indent)));
    const whole = [...types].join(sign);
    return schema.properties === undefined ? whole : `${this.#object(schema, indent)} & (${whole})`;
  }

  #plain(schema: SchemaObject, indent: string): string {
    switch (schema.type) {
      case "integer":
        return `number${remark(["whole", ...bounds(schema)])}`;
      case "string":
      case "number":
        return `${schema.type}${remark(bounds(schema))}`;
      case "boolean":
      case "null":
        return schema.type;
      case "array":
        return this.#array(schema, indent);
      case "object":
        return this.#object(schema, indent);
      default:
        if (schema.properties !== undefined || schema.required !== undefined) return this.#object(schema, indent);
        return schema.items === undefined && schema.prefixItems === undefined ? "unknown" : this.#array(schema, indent);
    }
  }

  #array(schema: SchemaObject, indent: string): string {
    const first = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined);
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    const type = this.typeOf(isSchema(rest) ? rest : true, indent);
    const many = /^[\w$]+(?:\[\])*$/.test(type) ? `${type}[]` : `Array<${type}>`;
    if (!Array.isArray(first)) return `${many}${remark(bounds(schema))}`;
    const items = first.filter(isSchema).map((item) => this.typeOf(item, indent));
    return `[${[...items, ...(rest === undefined || rest === false ? [] : [`...${many}`])].join(", ")}]`;
  }

  #object(schema: SchemaObject, indent: string): string {
    const inner = `${indent}  `;
    const required = requiredKeys(schema);
    const properties = schemasUnder(schema, "properties");
    const lines = Object.entries(properties).map(([key, part]) => {
      const name = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : JSON.stringify(key);
      const described = isSchemaObject(part) && typeof part.description === "string" ? part.description : "";
      const said = described.replaceAll(/\s+/g, " ").slice(0, MOST_OF_A_REMARK);
      const type = this.typeOf(part, inner);
      return `${inner}${name}${required.includes(key) ? "" : "?"}: ${type};${said === "" ? "" : ` // ${said}`}`;
    });
    for (const key of required)
      if (!Object.hasOwn(properties, key)) lines.push(`${inner}${JSON.stringify(key)}: unknown;`);
    const more = schema.additionalProperties;
    if (isSchemaObject(more) || (more !== false && lines.length === 0))
      lines.push(`${inner}[key: string]: ${this.typeOf(isSchema(more) ? more : true, inner)};`);
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
  }

  #find(reference: string): JsonSchema | undefined {
    let found: unknown = this.#root;
    for (const part of reference.split("/").slice(1)) {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      found = isSchemaObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    return isSchema(found) ? found : undefined;
  }
}

const COMBINED = [
  ["anyOf", " | "],
  ["oneOf", " | "],
  ["allOf", " & "],
] as const;

function nameOf(reference: string): string {
  return reference.replace(/^.*\//, "").replaceAll(/[^\p{L}\p{N}_$]+/gu, "_");
}

const BOUNDS = [
  ...["format", "pattern", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"],
  ...["minLength", "maxLength", "minItems", "maxItems", "uniqueItems"],
];

/** Bounds that libraries write where nobody has set any say nothing, nor does the pattern of a format that has a name. */
function bounds(schema: SchemaObject): readonly string[] {
  return BOUNDS.filter((keyword) => {
    if (keyword === "pattern" && schema.format !== undefined) return false;
    return schema[keyword] !== undefined && Math.abs(Number(schema[keyword])) !== MOST;
  }).map((keyword) => `${keyword} ${String(schema[keyword])}`);
}

const MOST = Number.MAX_SAFE_INTEGER;

function remark(remarks: readonly string[]): string {
  return remarks.length === 0 ? "" : ` /* ${remarks.join(", ").replaceAll("*/", "* /")} */`;
}
