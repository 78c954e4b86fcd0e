/** What is at the end of a path of keys in a value from elsewhere; `undefined` where it ends earlier. */
export function fields(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
}

/** The first of some keys that there is. */
export function field(value: unknown, ...names: readonly string[]): unknown {
  return names.map((name) => fields(value, name)).find((found) => found !== undefined);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
