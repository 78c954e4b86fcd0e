import { BadRequest } from "./model-api.ts";

/** An object of JSON from outside. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {@link BadRequest} unless `value` is an object */
export function fieldsOf(value: unknown, name: string): Fields {
  if (isFields(value)) return value;
  throw new BadRequest(`${name} must be an object`);
}

/** @throws {@link BadRequest} unless `value` is a list of objects */
export function listOf(value: unknown, name: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new BadRequest(`${name} must be a list`);
  return value.map((item, index) => fieldsOf(item, `${name}[${index}]`));
}

/** @throws {@link BadRequest} unless `value` is a string with something in it */
export function nameOf(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new BadRequest(`${name} must be a string that is not empty`);
}

export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The text of a message's content: a string, or parts of which some have a `text`. */
export function textOf(content: unknown): string {
  if (!Array.isArray(content)) return stringOf(content);
  return content.map((part) => (isFields(part) ? stringOf(part["text"]) : "")).join("");
}

/** The value of a JSON text; the text itself if it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A model's own mistake, sent back to it: a script may want to see it as it was.
    return text;
  }
}
