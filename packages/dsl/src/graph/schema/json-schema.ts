/** A JSON Schema (draft 2020-12) in which each `$ref` is replaced by what it points to: a recursive one is a cyclic object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Accepts nothing. */
export const NEVER: JsonSchema = Object.freeze({ not: Object.freeze({}) });

/** Stands where nothing is known because the user said nothing: it fits everything, in silence. */
export const UNSAID: JsonSchema = Object.freeze({});

const SCHEMA_KEYWORDS = ["items", "additionalProperties", "propertyNames"];
const LIST_KEYWORDS = ["anyOf", "oneOf", "allOf", "prefixItems"];

/**
 * The schema with its references resolved. One that can't be resolved stays, as a keyword that nothing is known of.
 *
 * @param open - leave out `additionalProperties: false`, as the types of the language do
 */
export function linkSchema(root: unknown, { open = false }: { readonly open?: boolean } = {}): JsonSchema {
  const linked = new Map<unknown, JsonSchema>();
  const following = new Set<unknown>();

  const link = (node: unknown): JsonSchema => {
    if (node === false) return NEVER;
    if (!isRecord(node)) return {};
    const known = linked.get(node);
    if (known !== undefined) return known;
    if (typeof node.$ref === "string") return follow(node, node.$ref);
    const copy: Record<string, unknown> = {};
    linked.set(node, copy);
    Object.assign(copy, node);
    for (const keyword of SCHEMA_KEYWORDS) if (keyword in node) copy[keyword] = link(node[keyword]);
    for (const keyword of LIST_KEYWORDS) {
      if (Array.isArray(node[keyword])) copy[keyword] = node[keyword].map(link);
    }
    if (isRecord(node.properties)) {
      copy.properties = Object.fromEntries(
        Object.entries(node.properties).map(([key, property]) => [key, link(property)]),
      );
    }
    if (open && (node.additionalProperties === false || node.additionalProperties === NEVER))
      delete copy.additionalProperties;
    nameProperties(copy);
    return copy;
  };

  const follow = (node: Readonly<Record<string, unknown>>, reference: string): JsonSchema => {
    const target = find(root, reference);
    // A reference that leads to itself, or nowhere, says nothing that one could know.
    if (target === undefined || following.has(node)) return { $ref: reference };
    following.add(node);
    const { $ref: _, ...beside } = node;
    const resolved = Object.keys(beside).length === 0 ? link(target) : { allOf: [link(target), link(beside)] };
    following.delete(node);
    return resolved;
  };

  return link(root);
}

/** Properties whose names are listed by `propertyNames` are written as properties, as the rest of this folder reads them. */
function nameProperties(copy: Record<string, unknown>): void {
  const names = copy.propertyNames as JsonSchema | undefined;
  if (names === undefined || copy.properties !== undefined || copy.patternProperties !== undefined) return;
  if (Array.isArray(names.enum)) {
    const value = copy.additionalProperties ?? {};
    copy.properties = Object.fromEntries(names.enum.map((name) => [name, value]));
    copy.additionalProperties = NEVER;
  } else if (names.type !== "string" || Object.keys(names).length > 1) return;
  delete copy.propertyNames;
}

function find(root: unknown, reference: string): unknown {
  if (!/^#(?:\/|$)/.test(reference)) return undefined;
  let found = root;
  for (const part of reference.split("/").slice(1)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    found = Object(found)[key];
  }
  return found;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
