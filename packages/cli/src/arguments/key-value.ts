import { InvalidArgumentError } from "commander";
import { jsonValue } from "./json-value.ts";

/** Gathers an option that may be given many times, each time as `key=value`. */
export function keyValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = firstSplit(text);
  return withNew(before, text.slice(0, at), text.slice(at + 1));
}

/** The same, where each value is JSON. */
export function keyJson(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  // A step's name may have an equals sign in it: the key ends at the first one that JSON follows.
  for (let at = firstSplit(text); at !== -1; at = text.indexOf("=", at + 1)) {
    const value = text.slice(at + 1);
    if (isJson(value)) return withNew(before, text.slice(0, at), JSON.parse(value));
  }
  return withNew(before, "", jsonValue(text.slice(firstSplit(text) + 1)));
}

function firstSplit(text: string): number {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be name=value.");
  return at;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The question was only whether it parses.
    return false;
  }
}

function withNew<Value>(
  before: Readonly<Record<string, Value>>,
  key: string,
  value: Value,
): Readonly<Record<string, Value>> {
  if (Object.hasOwn(before, key)) throw new InvalidArgumentError(`"${key}" is given twice.`);
  return { ...before, [key]: value };
}
