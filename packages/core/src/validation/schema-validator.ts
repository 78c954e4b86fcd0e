import type { SchemaIssue, SchemaResult, StandardSchema } from "@flujo/dsl";
import { SchemaMismatchError } from "../protocols/errors/schema-mismatch-error.ts";
import type { CheckedSide, TypeValidator } from "../protocols/type-validator.ts";

/** Asks the schemas themselves: whatever library they come from, they know Standard Schema. */
export class SchemaValidator implements TypeValidator {
  check(schema: StandardSchema, value: unknown, side: CheckedSide): unknown {
    const checked = schema["~standard"].validate(value);
    return checked instanceof Promise ? checked.then((result) => accepted(result, side)) : accepted(checked, side);
  }
}

function accepted(result: SchemaResult<unknown>, side: CheckedSide): unknown {
  if (result.issues === undefined) return result.value;
  throw new SchemaMismatchError(side, result.issues.map(show));
}

function show({ message, path = [] }: SchemaIssue): string {
  const place = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return place === "" ? message : `${place}: ${message}`;
}
