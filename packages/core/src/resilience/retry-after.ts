/**
 * How long the answer with these header fields asks to be left alone, in milliseconds: `Retry-After`, in seconds or as a
 * date (RFC 9110, section 10.2.3), or `retry-after-ms`, which some model providers send and which is finer.
 *
 * @param headers - a `Headers`, a Map, or an object; names in any case
 * @param now - milliseconds since the epoch
 */
export function retryAfterMs(headers: unknown, now: number): number | undefined {
  const exact = duration(field(headers, "retry-after-ms"), 1);
  if (exact !== undefined) return exact;
  const value = field(headers, "retry-after");
  return duration(value, 1_000) ?? untilDate(value, now);
}

/** Of a field that stands there several times, the first. */
function field(headers: unknown, wanted: string): string | undefined {
  const entries = isIterable(headers) ? headers : Object.entries(headers as object);
  for (const entry of entries) {
    if (!Array.isArray(entry)) continue;
    const [name, value] = entry as unknown[];
    if (typeof name !== "string" || name.toLowerCase() !== wanted) continue;
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === "number" ? String(first) : typeof first === "string" ? first.trim() : undefined;
  }
  return undefined;
}

function duration(value: string | undefined, unitMs: number): number | undefined {
  if (value === undefined || !/^\d+(\.\d+)?$/.test(value)) return undefined;
  const ms = Number(value) * unitMs;
  return Number.isFinite(ms) ? ms : undefined;
}

/** An HTTP date names its day and ends in GMT; what else `Date.parse` takes for a date is none. */
function untilDate(value: string | undefined, now: number): number | undefined {
  if (value === undefined || !/^[A-Z][a-z]+, .*GMT$/.test(value)) return undefined;
  const ms = Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === "function";
}
