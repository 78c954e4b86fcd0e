import type { SchemaResult, StandardSchema } from "@flujo/dsl";

/** A person's word on a tool call. */
export interface Approval {
  readonly approved: boolean;
  /** Told to the model, if the call is denied. */
  readonly reason?: string;
}

const JSON_SCHEMA = {
  anyOf: [
    { type: "boolean" },
    {
      type: "object",
      properties: { approved: { type: "boolean" }, reason: { type: "string" } },
      required: ["approved"],
      additionalProperties: false,
    },
  ],
};

/** `true`, `false`, or `{ approved, reason }`. */
export const APPROVAL: StandardSchema<unknown, Approval> = {
  "~standard": {
    version: 1,
    vendor: "flujo",
    validate,
    jsonSchema: { input: () => JSON_SCHEMA, output: () => JSON_SCHEMA },
  },
};

function validate(value: unknown): SchemaResult<Approval> {
  if (typeof value === "boolean") return { value: { approved: value } };
  if (typeof value !== "object" || value === null) return refused("expected true, false or { approved, reason }");
  const { approved, reason, ...others } = value as Readonly<Record<string, unknown>>;
  if (typeof approved !== "boolean") return refused("expected true or false", "approved");
  if (reason !== undefined && typeof reason !== "string") return refused("expected a string", "reason");
  const [other] = Object.keys(others);
  if (other !== undefined) return refused("there is no such property", other);
  return { value: reason === undefined ? { approved } : { approved, reason } };
}

function refused(message: string, ...path: readonly string[]): SchemaResult<Approval> {
  return { issues: [{ message, path }] };
}
