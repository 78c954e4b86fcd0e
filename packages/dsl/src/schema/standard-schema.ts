/**
 * A schema of any library that follows Standard Schema 1 (Zod, Valibot, ArkType, Effect Schema …).
 *
 * The interface is restated here, as its authors invite libraries to do, so that
 * this package depends on nothing.
 *
 * Source: https://standardschema.dev, version 1.1
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Present where the library can turn its schemas into JSON Schema (StandardJSONSchemaV1). */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>;
      readonly output: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["input"];

/** What a schema gives back once it has validated, defaults and transforms applied. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

/** Whether `value` follows Standard Schema 1. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as { "~standard"?: { version?: unknown; validate?: unknown } })["~standard"];
  return standard?.version === 1 && typeof standard.validate === "function";
}

/**
 * The JSON Schema (draft 2020-12) of a schema's input or output side, or `undefined`
 * when its library offers none or can't express this one.
 */
export function toJsonSchema(schema: StandardSchema, side: "input" | "output"): Record<string, unknown> | undefined {
  try {
    return schema["~standard"].jsonSchema?.[side]({ target: "draft-2020-12" });
  } catch {
    // Libraries throw for what JSON Schema can't express (transforms, bigint …): then there is none.
    return undefined;
  }
}
