/** Where a value is, seen from the root: `undefined` is the root itself. */
export type Pointer = { readonly parent: Pointer; readonly key: string | number } | undefined;

/** As a JSON pointer: `/items/3/name`. The root is the empty text. */
export function pointerTo(pointer: Pointer): string {
  let text = "";
  for (let next = pointer; next !== undefined; next = next.parent) text = `/${pointerPart(String(next.key))}${text}`;
  return text;
}

/** A key as a segment of a JSON pointer. */
export function pointerPart(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The keys of a JSON pointer. */
export function keysIn(pointer: string): readonly string[] {
  const parts = pointer.split("/").slice(1);
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
