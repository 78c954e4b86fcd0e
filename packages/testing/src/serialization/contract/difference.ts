/**
 * Where `actual` first differs from `expected`, such as `value.list[2]`; undefined if nowhere.
 *
 * It is stricter than the comparisons of test runners: the prototype counts, and so do the order of properties,
 * the sign of a zero, and what an error has beside its message. An object's property named `constructor` or
 * `__proto__` is one like any other.
 */
export function difference(actual: unknown, expected: unknown, at = "value"): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isObject(actual) || !isObject(expected)) return at;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `the prototype of ${at}`;
  const [parts, expectedParts] = [partsOf(actual), partsOf(expected)];
  for (const [index, [label, part]] of expectedParts.entries()) {
    const [actualLabel, actualPart] = parts[index] ?? [];
    if (actualLabel !== label) return at + label;
    const found = difference(actualPart, part, at + label);
    if (found !== undefined) return found;
  }
  const tooMuch = parts[expectedParts.length];
  return tooMuch === undefined ? undefined : at + tooMuch[0];
}

type Part = readonly [label: string, value: unknown];

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function partsOf(value: object): readonly Part[] {
  if (value instanceof Error)
    return [...errorParts(value), ...ownParts(value, new Set(["name", "message", "stack", "cause"]))];
  return [...hiddenParts(value), ...ownParts(value)];
}

/** What no property shows. */
function hiddenParts(value: object): readonly Part[] {
  if (Array.isArray(value)) return [[".length", value.length]];
  if (value instanceof Date) return [[".getTime()", value.getTime()]];
  if (value instanceof URL) return [[".href", value.href]];
  if (value instanceof RegExp)
    return [
      [".source", value.source],
      [".flags", value.flags],
    ];
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)].map((byte, index): Part => [`[${index}]`, byte]);
  if (value instanceof DataView) return [[".byteLength", value.byteLength]];
  if (value instanceof Map)
    return [...value].flatMap(([key, item], index): Part[] => [
      [`.keys[${index}]`, key],
      [`.values[${index}]`, item],
    ]);
  if (value instanceof Set) return [...value].map((item, index): Part => [`.values[${index}]`, item]);
  return [];
}

function errorParts(error: Error): readonly Part[] {
  return [
    [".name", error.name],
    [".message", error.message],
    [".stack", error.stack],
    ...("cause" in error ? [[".cause", error.cause] as const] : []),
    ...(error instanceof AggregateError ? [[".errors", error.errors] as const] : []),
  ];
}

function ownParts(value: object, except: ReadonlySet<string> = new Set()): readonly Part[] {
  return Reflect.ownKeys(value)
    .filter((key) => !except.has(key as string) && Object.prototype.propertyIsEnumerable.call(value, key))
    .map((key): Part => [`.${String(key)}`, (value as Record<PropertyKey, unknown>)[key]]);
}
