import type { StandardSchema } from "@flujo/dsl";
import { failure } from "../deliberate.ts";
import { breachOf, type RepairedValue, repair, repairAsync } from "../repair.ts";
import { type RepairFlag, type RepairKind, ruleOf } from "../repair-kinds.ts";
import { endOf, type RepairOptions, resolveRepairOptions } from "../repair-options.ts";
import type { Repair, RepairFailure, RepairResult } from "../repair-result.ts";
import type { RepairIssue } from "../schema/check-json.ts";
import { documentOf } from "../schema/document-of.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { Shapes } from "../schema/shapes.ts";
import { findInvented } from "./find-invented.ts";
import { jsonRegion } from "./json-region.ts";
import { OriginalText } from "./original-text.ts";
import { MOST_SHOWN, UNREPAIRABLE } from "./repair-prompt.ts";

/** What a model made of a text that it was to repair. */
export interface RepairAnswer<Schema = StandardSchema | JsonSchema> extends RepairOptions<Schema> {
  /** What it answered. */
  readonly answer: string;
  /** Why it stopped. Default: not known. */
  readonly answerFinishReason?: RepairOptions["finishReason"];
  /** The text that it was given. {@link RepairOptions.finishReason} is this one's. */
  readonly text: string;
}

/**
 * Takes a model's repair for one, if it is JSON that fits, as {@link repair} has it, and if nothing in it is invented:
 * each text, number and key of it must stand where the original text has its JSON (anywhere, if it has none), or be the
 * schema's.
 *
 * @throws InvalidOptionError naming the first option that can't be used.
 */
export async function readRepairAnswer<Schema extends StandardSchema | JsonSchema = JsonSchema>(
  given: RepairAnswer<Schema>,
): Promise<RepairResult<RepairedValue<Schema>>> {
  const { answer, answerFinishReason, text, finishReason, ...options } = given;
  const { schema, policy } = resolveRepairOptions({ ...options, finishReason });
  const excuse = excuseIn(answer);
  if (excuse !== undefined) return failure("unrepairable", excuse);
  const end = endOf(answerFinishReason);
  const read = await repairAsync<Schema>(answer, {
    ...options,
    ...(end === undefined ? {} : { finishReason: end }),
    policy: { ...policy, acceptUnfinished: false, refuse: [...new Set([...policy.refuse, ...UNSURE])] },
  });
  if (!read.ok) return read;
  const invented = inventedIn(read.json, text, schema, finishReason);
  const changes = [
    change("rewritten"),
    ...(text.length > MOST_SHOWN ? [change("elided")] : []),
    ...invented.map(({ path }) => ({ ...change("invented"), path })),
  ];
  const repairs = [...changes, ...read.repairs];
  const cost = changes.reduce((sum, one) => sum + one.cost, read.cost);
  const flags = [...new Set([...changes.flatMap(({ kind }) => ruleOf(kind).flag ?? []), ...read.flags])];
  const refuse = (reason: RepairFailure["reason"], issues: RepairFailure["issues"]): RepairFailure => ({
    ...{ ok: false, status: "failed", reason, issues, best: read.value, repairs, cost, flags },
  });
  if (invented.length > 0 && !policy.acceptInvented) return refuse("invented", invented);
  const breach = breachOf(cost, flags, policy);
  if (breach !== undefined) return refuse("policy", [{ path: "", message: breach }]);
  return { ...read, status: "repaired", tier: 2, repairs, cost, flags };
}

function inventedIn(
  json: unknown,
  text: string,
  schema: StandardSchema | JsonSchema | undefined,
  finishReason: RepairOptions["finishReason"],
): readonly RepairIssue[] {
  const end = endOf(finishReason);
  const mayGoOn = end !== "stop" && end !== "tool-calls";
  const document = documentOf(schema);
  return findInvented(json, new OriginalText(jsonRegion(text), mayGoOn), document && new Shapes(document));
}

/** What must not be said of a model's repair: it was to be the answer and nothing else. */
const UNSURE: readonly RepairFlag[] = ["truncated", "dropped-incomplete", "multiple-candidates"];

/** Longest reason that is passed on. */
const MOST_OF_A_REASON = 500;

/** Why the model says that there is nothing to be done, if it does. */
function excuseIn(answer: string): string | undefined {
  if (!answer.includes(UNREPAIRABLE)) return undefined;
  const read = repair(answer);
  if (!read.ok || typeof read.json !== "object" || read.json === null) return undefined;
  const entries = Object.entries(read.json);
  return entries.length === 1 && entries[0]?.[0] === UNREPAIRABLE
    ? String(entries[0][1]).slice(0, MOST_OF_A_REASON)
    : undefined;
}

function change(kind: RepairKind): Repair {
  const { reason, cost } = ruleOf(kind);
  return { kind, position: 0, reason, cost };
}
