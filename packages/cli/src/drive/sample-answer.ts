type Schema = Readonly<Record<string, unknown>>;

/**
 * A value that has the shape that a JSON Schema asks for, to start an answer from: `{ "ok": true }`.
 * Undefined where the schema does not say enough. Bounds and patterns are not looked at.
 */
export function sampleAnswer(schema: Schema): unknown {
  if ("const" in schema) return schema["const"];
  if ("default" in schema) return schema["default"];
  for (const list of [schema["examples"], schema["enum"]]) {
    if (Array.isArray(list) && list.length > 0) return list[0];
  }
  for (const list of [schema["anyOf"], schema["oneOf"]]) {
    if (Array.isArray(list) && list.length > 0) return sampleAnswer(list[0] as Schema);
  }
  const type: unknown = Array.isArray(schema["type"]) ? schema["type"][0] : schema["type"];
  switch (type) {
    case "boolean":
      return true;
    case "string":
      return "text";
    case "number":
    case "integer":
      return typeof schema["minimum"] === "number" ? schema["minimum"] : 0;
    case "null":
      return null;
    case "array":
      return [];
    case "object":
      return sampleObject(schema);
    default:
      return undefined;
  }
}

function sampleObject({ properties, required }: Schema): Record<string, unknown> {
  const names = Array.isArray(required) ? required.map(String) : Object.keys((properties ?? {}) as Schema);
  return Object.fromEntries(
    names.map((name) => [name, sampleAnswer(((properties ?? {}) as Record<string, Schema>)[name] ?? {}) ?? null]),
  );
}
