import type { SchemaIssue, StandardSchema } from "@flujo/dsl";
import { ContentFilterError } from "../errors/content-filter-error.ts";
import { EmptyOutputError } from "../errors/empty-output-error.ts";
import { ModelCallError } from "../errors/model-call-error.ts";
import { OutputTruncatedError } from "../errors/output-truncated-error.ts";
import { StructuredOutputError } from "../errors/structured-output-error.ts";
import type { Generation } from "../model/model.ts";
import { parseJson } from "./parse-json.ts";

/** Whose answer it is, and at which step: for errors. */
export interface AnswerOrigin {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  readonly path: string;
}

/**
 * The text of a finished answer.
 *
 * @throws {@link OutputTruncatedError}, {@link ContentFilterError} or {@link ModelCallError} if it was cut short, whatever
 * its text may look like.
 * @throws {@link EmptyOutputError} if there is nothing visible in it.
 */
export function readText(generation: Generation, origin: AnswerOrigin): string {
  return finished(generation, textOf(generation), origin);
}

/**
 * What `schema` makes of the JSON in a finished answer.
 *
 * @throws what {@link readText} throws.
 * @throws {@link StructuredOutputError} if the text is not JSON, or the schema refuses it.
 */
export async function readStructured(
  generation: Generation,
  schema: StandardSchema,
  origin: AnswerOrigin,
): Promise<unknown> {
  const text = finished(generation, generation.structuredOutputText ?? textOf(generation), origin);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    const issue = `it is not JSON: ${(cause as SyntaxError).message}`;
    throw new StructuredOutputError(origin.model, text, [issue], { path: origin.path, cause });
  }
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw new StructuredOutputError(origin.model, text, result.issues.map(describeIssue), { path: origin.path });
}

function textOf({ content }: Generation): string {
  return content.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}

function finished({ finishReason }: Generation, text: string, { model, path }: AnswerOrigin): string {
  switch (finishReason.unified) {
    case "length":
      throw new OutputTruncatedError(model, text, { path });
    case "content-filter":
      throw new ContentFilterError(model, text, { path });
    case "error":
    case "interrupted": {
      const reason = `its answer ended early (finish reason: ${finishReason.raw ?? finishReason.unified})`;
      throw new ModelCallError(model, reason, CUT_SHORT, { path });
    }
    default:
      // `other` is also what a service gives that says nothing about why it stopped.
      if (text.trim() === "") throw new EmptyOutputError(model, finishReason.unified, { path });
      return text;
  }
}

const CUT_SHORT = { category: "transient", retryable: true } as const;

function describeIssue({ path, message }: SchemaIssue): string {
  if (path === undefined || path.length === 0) return message;
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return `/${keys.map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}: ${message}`;
}
