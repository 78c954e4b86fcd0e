import { type StandardSchema, toJsonSchema } from "@flujo/dsl";
import type { ModelCall } from "../model/language-model.ts";
import { closeObjects } from "./close-objects.ts";

/** How a model is told what form its answer must have. */
export interface AnswerFormat {
  /** Asks by the provider's own means for structured output. */
  readonly responseFormat?: NonNullable<ModelCall["responseFormat"]>;
  /** Asks in words. */
  readonly instruction?: string;
}

const JSON_ONLY = "Answer with JSON only: no other text before or after it.";

/**
 * Asks for what `schema` takes. By the provider's means where the schema has a JSON Schema that describes an object,
 * which is what providers accept; otherwise in words.
 *
 * @param name - what the step is called
 */
export function answerFormat(name: string, schema: StandardSchema): AnswerFormat {
  const jsonSchema = toJsonSchema(schema, "input");
  if (jsonSchema === undefined) return { instruction: JSON_ONLY };
  if (jsonSchema.type !== "object") {
    return { instruction: `${JSON_ONLY} It must fit this JSON Schema:\n${JSON.stringify(jsonSchema)}` };
  }
  return { responseFormat: { type: "json", schema: closeObjects(jsonSchema), name: formatName(name) } };
}

/** Providers take letters, digits, `_` and `-`, and at most 64 of them. */
function formatName(name: string): string {
  return name.replaceAll(/[^\w-]+/g, "_").slice(0, 64);
}
