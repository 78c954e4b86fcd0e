import { isStandardSchema, type StandardSchema, toJsonSchema } from "@flujo/dsl";
import { isSchemaObject, type JsonSchema, SchemaDocument } from "./json-schema.ts";

/** The JSON Schema to go by. Of a Standard Schema it is a guide only, since the schema itself has the last word. */
export function documentOf(schema: StandardSchema | JsonSchema | undefined): SchemaDocument | undefined {
  if (schema === undefined) return undefined;
  if (!isStandardSchema(schema)) return new SchemaDocument(schema, true);
  const jsonSchema = toJsonSchema(schema, "input");
  return isSchemaObject(jsonSchema) ? new SchemaDocument(jsonSchema, false) : undefined;
}
