import type { End } from "../ends.ts";
import { linkSchema } from "../schema/json-schema.ts";

/** The end with more properties let through than it names: as types are compared, where nothing is checked at run time. */
export function widened(end: End): End {
  return end.schema === undefined ? end : { ...end, schema: linkSchema(end.schema, { open: true }) };
}
