import { foldKey } from "./fit/name-members.ts";
import { schemasUnder } from "./schema/json-schema.ts";
import type { Shapes } from "./schema/shapes.ts";
import type { SourceNode } from "./text/source-node.ts";

/**
 * Whether a value is what the model was shown instead of an answer: the JSON Schema itself. One that asks for little takes
 * that too, since it lets further keys be.
 */
export function repeatsSchema(root: unknown, shapes: Shapes): boolean {
  if (typeof root !== "object" || root === null) return false;
  const { properties, type, $schema } = root as Readonly<Record<string, unknown>>;
  if (typeof properties !== "object" || properties === null || (type !== "object" && $schema === undefined))
    return false;
  return shapes
    .of(shapes.document.root)
    .every((shape) => shape.type !== "any" && !Object.hasOwn(schemasUnder(shape.schema, "properties"), "properties"));
}

/** As much of a value as {@link repeatsSchema} looks at. */
export function surfaceOf(root: SourceNode): unknown {
  if (root.kind !== "record") return undefined;
  return Object.fromEntries(
    root.members.map(({ key, node }) => [
      key,
      node.kind === "text" ? node.text : node.kind === "record" ? {} : undefined,
    ]),
  );
}

/** Something in brackets where a value should be: `<string>`, `{{name}}`, `[Your Name]`. */
const IN_BRACKETS = /^(?:<([^<>]+)>|\{\{?([^{}]+)\}?\}|\[([^[\]]+)\])$/;

const TYPE = /^(?:string|str|text|number|integer|int|float|boolean|bool|date|datetime|any|value|null|array|object)$/i;

const REQUEST = /^(?:your|insert|enter|add|fill in|some|the|an?)\b/i;

/** Longest text that may be a placeholder. */
const LONGEST = 80;

/**
 * Whether a value is an example of the form that was asked for: all that is in it holds the place of something else.
 *
 * @param isBare - whether texts stood there without quotes: then a type's name is no text
 */
export function isTemplate(value: unknown, isBare: boolean): boolean {
  let dots = 0;
  let others = 0;
  const waiting: [key: string, part: unknown][] = [["", value]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [key, part] = next;
    if (Array.isArray(part)) for (const item of part) waiting.push([key, item]);
    else if (typeof part === "object" && part !== null) for (const entry of Object.entries(part)) waiting.push(entry);
    else if (part === "..." || part === "…") dots++;
    else if (typeof part === "string" && holdsPlace(part, key, isBare)) others++;
    else return false;
  }
  // One text of dots may be all that somebody has to say.
  return others > 0 || dots > 1;
}

function holdsPlace(text: string, key: string, isBare: boolean): boolean {
  if (text.length > LONGEST) return false;
  if (isBare && TYPE.test(text)) return true;
  const [, ...found] = IN_BRACKETS.exec(text) ?? [];
  const inner = found.find((one) => one !== undefined)?.trim();
  if (inner === undefined) return false;
  return (
    REQUEST.test(inner) || foldKey(inner) === foldKey(key) || inner.split("|").every((one) => TYPE.test(one.trim()))
  );
}
