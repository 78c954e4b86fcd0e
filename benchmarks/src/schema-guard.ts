/** The part of JSON Schema that the serializers' benchmark needs. Every property is required. */
export type Schema =
  | { readonly type: "string"; readonly maxLength?: number }
  | { readonly type: "number" | "integer" | "boolean" }
  | { readonly type: "array"; readonly items: Schema }
  | {
      readonly type: "object";
      readonly properties: Readonly<Record<string, Schema>>;
      readonly required: readonly string[];
    };

/** An object that has just these properties. */
export function objectSchema(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", properties, required: Object.keys(properties) };
}

/**
 * Compiles a function that says whether a value is written alike by JSON and by whoever goes by the schema alone: it
 * has the schema's properties and no others, in its order, nothing that JSON has not, and nothing that would be turned
 * into what the schema asks for. It is generated code, as the serializers that it guards are: nothing is faster.
 */
export function compileGuard(schema: Schema): (value: unknown) => boolean {
  const functions: string[] = [];
  const root = check(schema, "value", functions);
  return new Function(`${functions.join("\n")}\nreturn (value) => ${root};`)() as (value: unknown) => boolean;
}

/** An expression for whether what the variable `name` holds fits, and the functions that it calls. */
function check(schema: Schema, name: string, functions: string[]): string {
  switch (schema.type) {
    case "string":
    case "boolean":
      return `typeof ${name} === "${schema.type}"`;
    case "number":
      return `Number.isFinite(${name}) && !Object.is(${name}, -0)`;
    case "integer":
      return `Number.isInteger(${name}) && !Object.is(${name}, -0)`;
    case "array":
      return define(
        functions,
        `if (typeof v !== "object" || v === null || Object.getPrototypeOf(v) !== Array.prototype) return false;
        if (Object.keys(v).length !== v.length) return false;
        for (let i = 0; i < v.length; i++) { const item = v[i]; if (!(${check(schema.items, "item", functions)})) return false; }
        return true;`,
        name,
      );
    case "object": {
      const keys = Object.keys(schema.properties);
      const parts = Object.entries(schema.properties).map(
        ([key, part], index) =>
          `const p${index} = v[${JSON.stringify(key)}]; if (!(${check(part, `p${index}`, functions)})) return false;`,
      );
      return define(
        functions,
        `if (typeof v !== "object" || v === null || Object.getPrototypeOf(v) !== Object.prototype) return false;
        if (Object.getOwnPropertySymbols(v).length > 0) return false;
        let seen = 0;
        for (const key in v) if (key !== KEYS[seen++]) return false;
        if (seen !== ${keys.length}) return false;
        ${parts.join("\n")}
        return true;`.replace("KEYS", `keys${functions.length}`),
        name,
        `const keys${functions.length} = ${JSON.stringify(keys)};`,
      );
    }
  }
}

/** Adds a function, and gives its call on the variable `name`. */
function define(functions: string[], body: string, name: string, before = ""): string {
  const index = functions.length;
  functions.push(`${before}\nfunction fits${index}(v) { ${body} }`);
  return `fits${index}(${name})`;
}
