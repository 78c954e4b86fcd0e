/**
 * JSON text that is the same for values that mean the same: keys are sorted, and nothing is written that JSON leaves out.
 * What JSON can't express (bigint, NaN and the infinities, Map, Set) is written in a way that no JSON value is. A function is
 * only known to be one; a value that contains itself is cut off there.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []) ?? "undefined";
}

/** `undefined` for what JSON leaves out of objects. */
function write(value: unknown, ancestors: readonly object[]): string | undefined {
  switch (typeof value) {
    case "undefined":
    case "symbol":
      return undefined;
    case "function":
      return "function";
    case "bigint":
      return `${value}n`;
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : String(value);
    case "object":
      if (value === null) return "null";
      return ancestors.includes(value) ? "circular" : writeObject(value, [...ancestors, value]);
    default:
      return JSON.stringify(value);
  }
}

function writeObject(value: object, ancestors: readonly object[]): string {
  const list = (values: Iterable<unknown>): string =>
    `[${Array.from(values, (one) => write(one, ancestors) ?? "null").join()}]`;
  if (Array.isArray(value)) return list(value);
  if (value instanceof Map) return `Map${list(value)}`;
  if (value instanceof Set) return `Set${list(value)}`;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return write(toJSON.call(value), ancestors) ?? "null";
  const entries = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const text = write((value as Readonly<Record<string, unknown>>)[key], ancestors);
      return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
    });
  return `{${entries.join()}}`;
}
