import type { StandardSchema } from "@flujo/dsl";
import { failure } from "../deliberate.ts";
import { type RepairedValue, repair, repairAsync } from "../repair.ts";
import { type RepairFlag, type RepairKind, ruleOf } from "../repair-kinds.ts";
import { endOf, type RepairOptions, resolveRepairOptions } from "../repair-options.ts";
import type { Repair, RepairFailure, RepairResult } from "../repair-result.ts";
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
  const reason = declined(answer);
  if (reason !== undefined) return failure("unrepairable", reason);
  const end = endOf(answerFinishReason);
  const read = await repairAsync<Schema>(answer, {
    ...options,
    ...(end === undefined ? {} : { finishReason: end }),
    policy: { ...policy, acceptUnfinished: false, refuse: [...new Set([...policy.refuse, ...UNSURE])] },
  });
  if (!read.ok) return read;
  const rewritten = [change("rewritten"), ...(text.length > MOST_SHOWN ? [change("elided")] : [])];
  const document = documentOf(schema);
  const isWhole = endOf(finishReason) === "stop" || endOf(finishReason) === "tool-calls";
  const invented = findInvented(
    read.json,
    new OriginalText(jsonRegion(text), !isWhole),
    document && new Shapes(document),
  );
  for (const { path } of invented) rewritten.push({ ...change("invented"), path });
  const repairs = [...rewritten, ...read.repairs];
  const cost = rewritten.reduce((sum, one) => sum + one.cost, read.cost);
  const flags = [...new Set([...flagsOf(rewritten), ...read.flags])];
  const refuse = (why: RepairFailure["reason"], issues: RepairFailure["issues"]): RepairFailure => ({
    ...{ ok: false, status: "failed", reason: why, issues, best: read.value, repairs, cost, flags },
  });
  if (invented.length > 0 && !policy.acceptInvented) return refuse("invented", invented);
  if (cost > policy.maxCost)
    return refuse("policy", [{ path: "", message: `it costs ${cost}, which is more than ${policy.maxCost}` }]);
  const flag = flags.find((one) => policy.refuse.includes(one));
  if (flag !== undefined) return refuse("policy", [{ path: "", message: `it is flagged "${flag}"` }]);
  return { ...read, status: "repaired", tier: 2, repairs, cost, flags };
}

/** What must not be said of a model's repair: it was to be the answer and nothing else. */
const UNSURE: readonly RepairFlag[] = ["truncated", "dropped-incomplete", "multiple-candidates"];

/** Longest reason that is passed on. */
const MOST_OF_A_REASON = 500;

/** Why the model says that there is nothing to be done, if it does. */
function declined(answer: string): string | undefined {
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

function flagsOf(repairs: readonly Repair[]): readonly RepairFlag[] {
  return repairs.flatMap(({ kind }) => ruleOf(kind).flag ?? []);
}
