import { ambiguous, isSame, type Refusal, type Verdict } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import type { RepairKind } from "./repair-kinds.ts";
import type { Candidate, Findings } from "./text/find-candidates.ts";
import type { SyntaxChange } from "./text/reading.ts";
import type { Member, SourceNode } from "./text/source-node.ts";

/** The answer, and what else there was. */
export type Answer = { readonly outcome: Outcome; readonly isOneOfSeveral: boolean } | Refusal;

/** What may turn a value that was never meant for it into what the schema asks for. */
const REMAKING: readonly RepairKind[] = ["wrapped-in-list", "wrapped-in-object", "unwrapped"];

/**
 * Of several values that fit, the last: models correct themselves. What was thought before answering counts only where
 * there is no answer. Where something speaks for an earlier value, neither is taken.
 */
export function chooseAnswer(
  verdicts: readonly Verdict[],
  { candidates, broken }: Findings,
  text: string,
  hasSchema: boolean,
): Answer | undefined {
  const said = verdicts.filter((_, index) => candidates[index]?.isThought === false);
  const answers = outcomesOf(said);
  const choice = said.length > 0 ? answers : outcomesOf(verdicts).filter((draft) => isLastWord(draft, text));
  const last = choice[choice.length - 1];
  if (last === undefined)
    return (said.length > 0 ? said : verdicts).findLast((verdict) => verdict.outcome === undefined);
  const others = choice.filter((other) => other !== last && !isSame(other, last));
  const isAlone = candidates.filter(({ isThought }) => isThought === last.candidate.isThought).length === 1;
  const place = candidates.indexOf(last.candidate);
  const later = candidates.filter(({ isThought }, index) => index > place && !isThought && !isEcho(verdicts[index]));
  const speaksAgainst =
    (!isAlone &&
      last.fit.changes.some(({ kind, place }) => place === undefined && REMAKING.includes(kind)) &&
      "a value that had to be made over stands beside others") ||
    (isWithinQuotes(last, text) && "it stands in quotes, so that its backslashes may be doubled") ||
    (candidates.some(({ isContinued }) => isContinued) && "the text goes on after a comma") ||
    (broken.some(({ at }) => at > last.reading.start) && "what comes after it can't be read") ||
    (later.some((value) => supersedes(value, last)) && "a later value has the same keys, and does not fit") ||
    (later.some((value) => followsOn(value, last, text)) && "the text goes on with a value that does not fit") ||
    (others.length > 0 && rivalry(last, others, hasSchema));
  return speaksAgainst ? ambiguous(speaksAgainst, last) : { outcome: last, isOneOfSeveral: others.length > 0 };
}

/** Whether there are no words between it and the value that is to be the last, so that both may be parts of one. */
function followsOn({ readings }: Candidate, { reading }: Outcome, text: string): boolean {
  return readings.some(({ start }) => !/[\p{L}\p{N}]/u.test(text.slice(reading.end, start)));
}

function isEcho(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.outcome === undefined && verdict.isEcho === true;
}

function outcomesOf(verdicts: readonly Verdict[]): readonly Outcome[] {
  return verdicts.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
}

/** Whether nothing is said after it: what a model goes on from is a draft. */
function isLastWord({ reading }: Outcome, text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.slice(reading.end).replaceAll(/<\/?\w+>/g, ""));
}

/** Whether it stands right between quotes, as a text of another language, and has backslashes in it. */
function isWithinQuotes({ reading: { start, end, changes } }: Outcome, text: string): boolean {
  if (changes.some(({ kind }) => kind === "escaped-json")) return false;
  const quote = text[start - 1];
  return (quote === "'" || quote === '"') && text[end] === quote && text.slice(start, end).includes("\\\\");
}

/** Whether a value that does not fit looks like another try at the answer: it has all its keys, or is cut while it has some. */
function supersedes({ readings, isDenied }: Candidate, { reading }: Outcome): boolean {
  const [later] = readings;
  if (isDenied || later?.root.kind !== "record" || reading.root.kind !== "record") return false;
  const keys = new Set(later.root.members.map(({ key }) => key));
  const isKept = ({ key }: Member): boolean => keys.has(key);
  return later.root.open ? reading.root.members.some(isKept) : reading.root.members.every(isKept);
}

function rivalry(last: Outcome, others: readonly Outcome[], hasSchema: boolean): string | false {
  if (last.candidate.isDenied) return "the words before the last value say that it is not the answer";
  if (others.some(({ weight }) => weight < last.weight)) return "an earlier value fits better than the last";
  if (others.some(({ candidate }) => candidate.isFenced && !last.candidate.isFenced))
    return "an earlier value is in a code fence";
  if (last.reading.changes.some(({ kind }) => kind === "truncated")) return "the last of several values is cut off";
  if (!hasSchema && others.some(({ reading }) => reading.root.kind !== last.reading.root.kind))
    return "there are values of several types";
  return false;
}

/** Objects that follow each other with nothing but commas between, as one array. */
export function joinRecords(text: string, candidates: readonly Candidate[]): Candidate | undefined {
  const roots: SourceNode[] = [];
  const changes: SyntaxChange[] = [];
  let end = -1;
  for (const { readings, isThought } of candidates) {
    const [reading, rival] = readings;
    if (reading === undefined || rival !== undefined || reading.doubt !== undefined || isThought) return undefined;
    if (reading.root.kind !== "record" || (end >= 0 && !/^[\s,;]*$/.test(text.slice(end, reading.start))))
      return undefined;
    roots.push(reading.root);
    for (const change of reading.changes) changes.push(change);
    end = reading.end;
  }
  const start = roots[0]?.at ?? 0;
  changes.push({ kind: "joined", at: start });
  const isOpen = roots.some((root) => root.kind === "record" && root.open);
  const root: SourceNode = { kind: "list", items: roots, open: isOpen, at: start };
  return {
    readings: [{ root, start, end, changes, edits: 1, doubt: undefined }],
    isFenced: false,
    isThought: false,
    isContinued: false,
    isDenied: false,
  };
}
