import type { SchemaIssue, StandardSchema, StepLog } from "@flujo/dsl";
import { ContentFilterError } from "../errors/content-filter-error.ts";
import { EmptyOutputError } from "../errors/empty-output-error.ts";
import { ModelCallError } from "../errors/model-call-error.ts";
import { OutputTruncatedError } from "../errors/output-truncated-error.ts";
import { StructuredOutputError } from "../errors/structured-output-error.ts";
import type { Generation } from "../model/model.ts";
import { repairAsync } from "../repair/repair.ts";
import type { RepairFailure } from "../repair/repair-result.ts";
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
 * @param log - told what was changed in an answer that only fits so; without it, none is changed
 * @throws what {@link readText} throws.
 * @throws {@link StructuredOutputError} if the text is not JSON, or the schema refuses it.
 */
export async function readStructured(
  generation: Generation,
  schema: StandardSchema,
  origin: AnswerOrigin,
  log?: StepLog,
): Promise<unknown> {
  const text = finished(generation, generation.structuredOutputText ?? textOf(generation), origin);
  const strict = await readStrictly(text, schema);
  if (strict.issues === undefined) return strict.value;
  const repaired = log && (await repairAsync(text, { schema, finishReason: generation.finishReason }));
  if (repaired?.ok === true) {
    const { repairs, cost, flags } = repaired;
    log?.warn(`The answer of ${origin.model} was repaired`, { repairs, cost, flags });
    return repaired.value;
  }
  const found = repaired === undefined || strict.cause === undefined ? [] : issuesOf(repaired);
  const cause = strict.cause === undefined ? {} : { cause: strict.cause };
  throw new StructuredOutputError(origin.model, text, [...strict.issues, ...found], { path: origin.path, ...cause });
}

type StrictReading =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly string[]; readonly cause?: SyntaxError };

async function readStrictly(text: string, schema: StandardSchema): Promise<StrictReading> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const cause = error as SyntaxError;
    return { issues: [`it is not JSON: ${cause.message}`], cause };
  }
  const result = await schema["~standard"].validate(value);
  return result.issues === undefined ? result : { issues: result.issues.map(describeIssue) };
}

/** What keeps a text that is not JSON from being repaired; that it is no JSON at all has been said. */
function issuesOf({ reason, issues }: RepairFailure): readonly string[] {
  if (reason === "no-json" || reason === "refusal") return [];
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
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
