import { isStandardSchema, type SchemaIssue } from "../schema/standard-schema.ts";

/** Where a check refuses a value, in the notation of a `Fit`; `undefined` where that can't be told at once. */
export type Refusals = (value: unknown) => readonly string[] | undefined;

/** Of a schema as the user gave it: libraries may take more than their JSON Schema says, such as what they coerce. */
export function refusalsOf(source: unknown): Refusals | undefined {
  if (!isStandardSchema(source)) return undefined;
  return (value) => {
    try {
      const result = source["~standard"].validate(value);
      if (!(result instanceof Promise)) return (result.issues ?? []).map(place);
      result.catch(() => "What it would have refused is not waited for.");
    } catch {
      // A check of the user's that can't cope with a made-up value says nothing of real ones.
    }
    return undefined;
  };
}

/** Of each item of a list. */
export function refusalsOfItems(refusals: Refusals): Refusals {
  return (value) => {
    if (!Array.isArray(value)) return [""];
    const found = value.map(refusals);
    return found.includes(undefined) ? undefined : found.flatMap((places) => (places ?? []).map((at) => `[]${at}`));
  };
}

/** Whether what is said of two places is about one and the same, or about what one of them is in. */
export function isSamePlace(refused: string, at: string): boolean {
  const plain = at.replaceAll(".*", ".other").replace(/\[\d+\]/g, "[]");
  return plain.startsWith(refused) || refused.startsWith(plain);
}

function place({ path = [] }: SchemaIssue): string {
  return path
    .map((part) => (typeof part === "object" ? part.key : part))
    .map((key) => (typeof key === "number" ? "[]" : placeOfKey(String(key))))
    .join("");
}

/** A property's name as it stands in the notation of places. */
export function placeOfKey(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
