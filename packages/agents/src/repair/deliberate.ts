import { chooseAnswer, joinRecords } from "./choose-answer.ts";
import { isTemplate, repeatsSchema, surfaceOf } from "./echo.ts";
import { allChanges } from "./fit/fitted.ts";
import { judge, type Refusal, type Verdict } from "./judge.ts";
import { type Account, accountFor, type Outcome } from "./outcome.ts";
import type { RepairFlag } from "./repair-kinds.ts";
import type { RepairLimits } from "./repair-options.ts";
import type { RepairFailure } from "./repair-result.ts";
import type { RepairIssue } from "./schema/check-json.ts";
import type { Shapes } from "./schema/shapes.ts";
import { hasUnnamedKeys } from "./schema/unnamed-keys.ts";
import { FENCE } from "./text/characters.ts";
import { type Candidate, type Findings, findCandidates } from "./text/find-candidates.ts";
import { countWrittenMembers, measureValue, numberLoss } from "./text/measure-json.ts";
import type { SyntaxChange } from "./text/reading.ts";

/** JSON that the schema has accepted, and how it was come to. */
export interface Decision extends Account {
  readonly ok: true;
  readonly tier: 0 | 1;
  readonly json: unknown;
}

/** Shows values to the schema, is told what is wrong with each, and comes to a decision. */
export type Deliberation = Generator<unknown, Decision | RepairFailure, readonly RepairIssue[]>;

/** Decides what a text says: strictly first, then with changes. */
export function* deliberate(text: string, limits: Required<RepairLimits>, shapes: Shapes | undefined): Deliberation {
  const { maxCharacters, maxDepth } = limits;
  if (text.length > maxCharacters) return failure("too-large", `it has more than ${maxCharacters} characters`);
  const strict = parseStrictly(text);
  let literal: Decision | undefined;
  if (strict !== undefined) {
    const { depth, members } = measureValue(strict.value);
    if (depth > maxDepth) return failure("too-large", `it goes deeper than ${maxDepth} levels`);
    const loss = numberLoss(text);
    const isPlain = members === countWrittenMembers(text) && loss !== "infinite";
    const isEcho = shapes !== undefined && (repeatsSchema(strict.value, shapes) || isTemplate(strict.value, false));
    if (isPlain && !isEcho && (yield strict.value).length === 0) {
      const isNamed = shapes === undefined || !hasUnnamedKeys(strict.value, shapes.document.root, shapes);
      const flags: RepairFlag[] = isNamed ? [] : ["extra-keys"];
      if (loss === "rounded") flags.push("rounded");
      literal = { ok: true, tier: 0, json: strict.value, repairs: [], cost: 0, flags };
      if (isNamed) return literal;
    }
  }
  const findings = withJoined(text, findCandidates(text, maxDepth), shapes);
  const verdicts: Verdict[] = [];
  for (const candidate of findings.candidates) {
    const verdict = isProse(candidate, shapes) ? NO_JSON : yield* judge(candidate, shapes, maxDepth);
    verdicts.push(isEcho(verdict, shapes) ? ECHO : verdict);
  }
  const answer = chooseAnswer(verdicts, findings, text, shapes !== undefined);
  // Keys without a name may be what optional ones are called in another style, or wrap what they are in.
  if (literal !== undefined && !(answer?.outcome !== undefined && namesMore(answer.outcome))) return literal;
  if (answer?.outcome === undefined) return refused(answer, findings, text);
  const { outcome, isOneOfSeveral } = answer;
  const account = accountFor(outcome, changesAround(text, outcome));
  const flags = isOneOfSeveral ? [...account.flags, "multiple-candidates" as const] : account.flags;
  return { ok: true, tier: 1, json: outcome.fit.value, ...account, flags };
}

function namesMore({ fit }: Outcome): boolean {
  const changes = allChanges(fit);
  return changes.length > 0 && changes.every(({ kind }) => kind === "key-style" || kind === "unwrapped");
}

const NO_JSON: Refusal = { reason: "no-json", issues: [] };

const ECHO: Refusal = {
  reason: "schema",
  isEcho: true,
  issues: [{ path: "", message: "it repeats what was asked for instead of answering" }],
};

function isEcho({ outcome }: Verdict, shapes: Shapes | undefined): boolean {
  if (shapes === undefined || outcome === undefined) return false;
  const { root, changes } = outcome.reading;
  const isBare = changes.some(({ kind }) => kind === "bare-text");
  return repeatsSchema(surfaceOf(root), shapes) || isTemplate(outcome.fit.value, isBare);
}

function parseStrictly(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // What it is then is found out by reading it tolerantly.
    return undefined;
  }
}

/** Words without quotes are an answer only to a schema that has a choice of words: any other takes all of them. */
function isProse({ readings }: Candidate, shapes: Shapes | undefined): boolean {
  const [reading] = readings;
  if (reading?.root.kind !== "text" || !reading.changes.some(({ kind }) => kind === "bare-text")) return false;
  const rootShapes = shapes?.of(shapes.document.root) ?? [];
  return (
    !rootShapes.some(({ schema }) => Array.isArray(schema.enum)) ||
    rootShapes.some(({ type, schema }) => type === "any" || (type === "string" && schema.enum === undefined))
  );
}

/** Several objects in a row are one candidate where an array is asked for. */
function withJoined(text: string, findings: Findings, shapes: Shapes | undefined): Findings {
  const wantsList = shapes?.of(shapes.document.root).some(({ type }) => type === "array") ?? false;
  if (!wantsList || findings.candidates.length < 2) return findings;
  const joined = joinRecords(text, findings.candidates);
  return joined === undefined ? findings : { ...findings, candidates: [joined], broken: findings.broken };
}

/** What stands around the value and is left out. */
function changesAround(text: string, { candidate, reading: { start, end } }: Outcome): readonly SyntaxChange[] {
  const changes: SyntaxChange[] = candidate.isFenced
    ? [{ kind: "fence", at: Math.max(0, text.lastIndexOf(FENCE, start)) }]
    : [];
  if (candidate.isThought) changes.push({ kind: "thought", at: start });
  const before = withoutFences(text.slice(0, start));
  const after = withoutFences(text.slice(end));
  if (before !== "") changes.push({ kind: "prose", at: 0 });
  if (after !== "") changes.push({ kind: "prose", at: end });
  return changes;
}

function withoutFences(text: string): string {
  return text.replaceAll(/```\w*/g, "").trim();
}

/** How models say that they won't answer. */
const REFUSAL =
  /\b(?:i(?:['’]m| am) (?:sorry|unable|afraid|not able)|i (?:can(?:['’]t|not| not)|won['’]t|must decline|apologi[sz]e)|as an ai\b|unable to (?:help|assist|comply|answer))/i;

function refused(refusal: Refusal | undefined, { broken }: Findings, text: string): RepairFailure {
  if (broken.some(({ problem }) => problem === "too-deep")) return failure("too-large", "it goes too deep");
  if (refusal !== undefined && refusal.reason !== "no-json") {
    const { reason, issues, best } = refusal;
    return { ...failure(reason, ""), issues, ...("best" in refusal ? { best } : {}) };
  }
  const [first] = broken;
  if (first !== undefined) return failure("ambiguous", `it can't be told what is meant from character ${first.at} on`);
  return REFUSAL.test(text)
    ? failure("refusal", "the model says that it won't answer")
    : failure("no-json", "there is no JSON in it");
}

export function failure(reason: RepairFailure["reason"], message: string): RepairFailure {
  return { ok: false, status: "failed", reason, issues: [{ path: "", message }], repairs: [], cost: 0, flags: [] };
}
