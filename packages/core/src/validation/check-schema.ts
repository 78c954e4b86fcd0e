import type { SchemaIssue, StandardSchema } from "@flujo/dsl";
import { SchemaMismatchError } from "../protocols/errors/schema-mismatch-error.ts";

/** What the schema makes of `value`. @throws {@link SchemaMismatchError} with every issue and where it is. */
export async function checkSchema(
  schema: StandardSchema,
  value: unknown,
  side: SchemaMismatchError["side"],
): Promise<unknown> {
  const checked = schema["~standard"].validate(value);
  const result = checked instanceof Promise ? await checked : checked;
  if (result.issues === undefined) return result.value;
  throw new SchemaMismatchError(side, result.issues.map(show));
}

function show({ message, path = [] }: SchemaIssue): string {
  const place = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return place === "" ? message : `${place}: ${message}`;
}
