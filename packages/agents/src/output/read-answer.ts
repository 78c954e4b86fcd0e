import type { SchemaIssue, StandardSchema } from "@flujo/dsl";
import { ContentFilterError } from "../errors/content-filter-error.ts";
import { EmptyOutputError } from "../errors/empty-output-error.ts";
import { ModelCallError } from "../errors/model-call-error.ts";
import { OutputTruncatedError } from "../errors/output-truncated-error.ts";
import { RefusalError } from "../errors/refusal-error.ts";
import type { ContentPart } from "../model/language-model.ts";
import type { Generation } from "../model/model.ts";
import { repairAsync } from "../repair/repair.ts";
import type { RepairFailure, RepairSuccess } from "../repair/repair-result.ts";
import { parseJson } from "./parse-json.ts";

/** Whose answer it is, and at which step: for errors. */
export interface AnswerOrigin {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  readonly path: string;
}

/** What an answer says, calls of tools aside. */
export type Said = Pick<Generation, "content" | "finishReason" | "structuredOutputText">;

/** The text that is the answer. */
export function textOf({ content, structuredOutputText }: Omit<Said, "finishReason">): string {
  return structuredOutputText ?? content.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}

/** Whether a part of an answer calls a tool that is to be run here. */
export function isToolCall({ type, providerExecuted }: ContentPart): boolean {
  return type === "tool-call" && providerExecuted !== true;
}

/**
 * Lets an answer pass that the model ended by itself, and that has something in it.
 *
 * @throws {@link OutputTruncatedError}, {@link ContentFilterError}, {@link RefusalError} or {@link ModelCallError} if it was cut
 * short, whatever its text may look like.
 * @throws {@link EmptyOutputError} if there is nothing visible in it, and no tool is called.
 */
export function checkEnd(said: Said, { model, path }: AnswerOrigin): void {
  const { finishReason, content } = said;
  const { unified, raw } = finishReason;
  const text = textOf(said);
  switch (unified) {
    case "length":
      throw new OutputTruncatedError(model, text, { path });
    case "content-filter":
      throw isRefusal(raw, text)
        ? new RefusalError(model, text, { path })
        : new ContentFilterError(model, text, { path });
    case "error":
    case "interrupted":
      throw new ModelCallError(model, `its answer ended early (finish reason: ${raw ?? unified})`, CUT_SHORT, { path });
    default:
      // `other` is also what a service gives that says nothing about why it stopped.
      if (text.trim() === "" && !content.some(isToolCall)) throw new EmptyOutputError(model, unified, { path });
  }
}

/**
 * Anthropic has a word of its own for it. OpenAI's answers end as they should, or with no word at all, and have a refusal for their
 * text; its provider of the AI SDK makes a filter of that.
 */
function isRefusal(raw: string | undefined, text: string): boolean {
  return raw === undefined ? text.trim() !== "" : /^(?:refus|stop$)/i.test(raw);
}

const CUT_SHORT = { category: "transient", retryable: true } as const;

/** What an answer that is to be data came to. */
export type Reading =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** What rules had to change in it. */
      readonly repaired?: Pick<RepairSuccess, "repairs" | "cost" | "flags">;
    }
  | {
      readonly ok: false;
      /** What is wrong with it, each with its place as a JSON pointer. */
      readonly issues: readonly string[];
      /** Why rules could not repair it, if they were tried. */
      readonly failure?: RepairFailure;
      readonly cause?: SyntaxError;
    };

/**
 * What `schema` makes of the JSON in a finished answer.
 *
 * @param mayRepair - whether rules may mend what does not fit
 */
export async function readStructured(
  text: string,
  finishReason: Generation["finishReason"],
  schema: StandardSchema,
  mayRepair: boolean,
): Promise<Reading> {
  const strict = await readStrictly(text, schema);
  if (strict.ok || !mayRepair) return strict;
  const result = await repairAsync(text, { schema, finishReason });
  if (result.ok) {
    const { value, repairs, cost, flags } = result;
    return { ok: true, value, repaired: { repairs, cost, flags } };
  }
  const found = strict.cause === undefined ? [] : issuesOf(result);
  return { ...strict, issues: [...strict.issues, ...found], failure: result };
}

async function readStrictly(text: string, schema: StandardSchema): Promise<Reading> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const cause = error as SyntaxError;
    return { ok: false, issues: [`it is not JSON: ${cause.message}`], cause };
  }
  const result = await schema["~standard"].validate(value);
  return result.issues === undefined
    ? { ok: true, value: result.value }
    : { ok: false, issues: result.issues.map(describeIssue) };
}

/** What keeps a text that is not JSON from being repaired; that it is no JSON at all has been said. */
function issuesOf({ reason, issues }: RepairFailure): readonly string[] {
  if (reason === "no-json" || reason === "refusal") return [];
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
}

function describeIssue({ path, message }: SchemaIssue): string {
  if (path === undefined || path.length === 0) return message;
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return `/${keys.map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}: ${message}`;
}
