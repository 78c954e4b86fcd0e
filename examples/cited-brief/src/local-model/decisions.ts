import type { Sentence } from "./document-text.ts";
import { lowerFirst } from "./words.ts";

/** A motion with its outcome, told in one sentence. */
export interface Decision {
  readonly text: string;
  /** What it was made from: the first sentences of its paragraph. */
  readonly sentences: readonly [Sentence, ...Sentence[]];
}

const PROPOSAL = /^(?:(?<name>[^,]{3,40}), )?proposed (?:by )?[^:]+?, seconded (?:by )?[^:]+?: (?<what>.+?)\.?$/i;
const PUT = /^the (?:motion|amendment|resolution)\b/i;
const CARRIED_OR_LOST = /\b(?:carried|lost)\b/i;
const OUTCOME =
  /^(?:for \d|carried|lost|agreed|accepted|approved|rejected|defeated|withdrawn|the chair used|the (?:motion|amendment) was)/i;

/** The motion at the head of a paragraph, if there is one, with the votes and the outcome that follow it there. */
export function decisionIn(paragraph: readonly Sentence[]): Decision | undefined {
  const [first, ...others] = paragraph;
  if (first === undefined) return undefined;
  const following = others.slice(0, others.findLastIndex(({ text }) => OUTCOME.test(text)) + 1);
  const outcomes = following.filter(({ text }) => OUTCOME.test(text)).map(({ text }) => withinSentence(text));

  const motion = proposed(first) ?? (PUT.test(first.text) ? first.text.replace(/\.$/, "") : undefined);
  if (motion === undefined) return undefined;
  // "The motion was discussed at length." decides nothing.
  if (PUT.test(first.text) && outcomes.length === 0 && !CARRIED_OR_LOST.test(first.text)) return undefined;
  return {
    text: `${[motion, outcomes.join(", ")].filter((part) => part !== "").join(": ")}.`,
    sentences: [first, ...following],
  };
}

/** What was proposed, without by whom: "Motion 7.3, that the wall be mended". */
function proposed({ label, text }: Sentence): string | undefined {
  const groups = PROPOSAL.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const name = groups["name"] ?? label?.replace(/^(?=\d)/, "Motion ") ?? "Motion";
  return `${name}, ${groups["what"] ?? ""}`;
}

function withinSentence(text: string): string {
  return lowerFirst(text.replace(/\.$/, "").replace(/\b\p{Lu}{3,}\b/gu, (word) => word.toLowerCase()));
}
