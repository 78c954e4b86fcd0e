import { type Decision, decisionIn } from "./decisions.ts";
import type { Sentence } from "./document-text.ts";
import { lowerFirst } from "./words.ts";

/** Something that a document says: a sentence, or a few that only mean something together. */
export interface Statement {
  /** Made to stand alone: who speaks and what it is about are said. */
  readonly text: string;
  /** The sentences themselves; "…" where some between them are left out. */
  readonly quote: string;
  readonly heading: string;
  /** Whether it is a decision with its outcome. */
  readonly decision: boolean;
  /** Whether it can be understood alone. */
  readonly standsAlone: boolean;
  readonly paragraph: number;
  readonly place: number;
}

/** Longest stretch of text, in characters, that one statement may lean on. */
const REACH = 450;
/** Longest text, in characters, of a sentence together with the one that it points back to. */
const PAIR = 330;

/** What a document says, in its order; questions and fragments are left out. */
export function statementsOf(sentences: readonly Sentence[]): Statement[] {
  const paragraphs = Map.groupBy(sentences, ({ paragraph }) => paragraph);
  return [...paragraphs.values()].flatMap((paragraph) => {
    const decision = decisionIn(paragraph);
    const rest = paragraph.slice(decision?.sentences.length ?? 0);
    const plain = rest.filter(isAssertion).map((sentence) => statement(sentence, paragraph));
    return decision === undefined ? plain : [decided(decision), ...plain];
  });
}

function decided({ text, sentences }: Decision): Statement {
  return {
    ...head(sentences[0]),
    text,
    quote: elide(withLabel(sentences, "joined")),
    decision: true,
    standsAlone: true,
  };
}

function head({ heading, paragraph, place }: Sentence): Pick<Statement, "heading" | "paragraph" | "place"> {
  return { heading, paragraph, place };
}

/** A whole sentence of some substance that asserts something. */
function isAssertion({ text }: Sentence): boolean {
  return /[.!]["”’')]*$/.test(text) && text.split(" ").length >= 6 && /\p{Ll}{3,} \p{Ll}{2,} /u.test(text);
}

const POINTS_BACK =
  /^(?:(?:but|and|so|or|nor|yet),? )?(?:it|its|this|that(?! the\b| no\b| not\b| if\b|,)|these|those|they|their|them|he|she|his|her|such|so|ours|theirs|both|neither|either|here|which|of these|of those|(?:on|in|at|by|for|under) [^,]{2,40} (?:it|they|he|she)|do not \w+ them|one of|some of|at that|to keep the same|then|the (?:former|latter|same|difference|change|two))\b/i;
const HE_OR_SHE = /^(?<pronoun>He|She|His|Her)\b(?<rest> (?:also )?.*)/;
const SPEAKER =
  /^(?<name>(?:(?:Cllr|Councillor|Dr|Mr|Mrs|Ms|The) )?(?:\p{Lu}[\p{L}’'.-]*)(?: \p{Lu}[\p{L}’'.-]*){0,3})(?:, [^,]{3,60},)? (?:said|reported|presented|replied|asked|stressed|advised|noted|declared|argued|estimated|confirmed|also said)\b/u;

/** A sentence with what it needs from earlier in its paragraph to be understood. */
function statement(sentence: Sentence, paragraph: readonly Sentence[]): Statement {
  const { text, place } = sentence;
  const common = { ...head(sentence), decision: false };
  const before = paragraph.slice(0, place);
  const reach = (from: number): number =>
    paragraph.slice(from, place + 1).reduce((sum, { text: part }) => sum + part.length + 1, 0);

  const pronoun = HE_OR_SHE.exec(text)?.groups;
  if (pronoun !== undefined) {
    const speaking = before.findLastIndex((earlier) => SPEAKER.test(earlier.text));
    const name = SPEAKER.exec(before[speaking]?.text ?? "")?.groups?.["name"];
    if (name !== undefined && reach(speaking) <= REACH) {
      const possessive = /^H(?:is|er)$/.test(pronoun["pronoun"] ?? "");
      return {
        ...common,
        text: `${name}${possessive ? "’s" : ""}${pronoun["rest"]}`,
        quote: elide(paragraph.slice(speaking, place + 1).map(({ text: part }) => part)),
        standsAlone: true,
      };
    }
  }
  if (sentence.label !== undefined && /\p{L}/u.test(sentence.label) && reach(0) <= REACH) {
    return {
      ...common,
      text: `${sentence.label}: ${/^(?:I|\p{Lu}\S*\d|\p{Lu}{2,})\b/u.test(text) || isName(text) ? text : lowerFirst(text)}`,
      quote: elide(withLabel(paragraph.slice(0, place + 1))),
      standsAlone: !POINTS_BACK.test(text) || place <= 1,
    };
  }
  if (!POINTS_BACK.test(text)) return { ...common, text: underHeading(sentence), quote: text, standsAlone: true };
  const previous = before.at(-1)?.text;
  return previous !== undefined && !POINTS_BACK.test(previous) && reach(place - 1) <= PAIR
    ? { ...common, text: `${previous} ${text}`, quote: `${previous} ${text}`, standsAlone: true }
    : { ...common, text, quote: text, standsAlone: false };
}

/** An item such as "That the ground be tested." goes on from its heading. */
function underHeading({ text, heading }: Sentence): string {
  if (!/^That (?:the|no|not|if|,)/.test(text) || heading === "") return text;
  return `${heading.charAt(0)}${heading.slice(1).toLowerCase()}: ${lowerFirst(text)}`;
}

/** Whether a sentence begins with a name, which keeps its capital. */
function isName(text: string): boolean {
  return /^(?:Section|Option|Cllr|Councillor|Dr|Mr|Mrs|Ms)\b|^\p{Lu}\S* \p{Lu}/u.test(text);
}

/** The first sentences of a paragraph, its label before them or, `joined`, within the first of them. */
function withLabel(sentences: readonly Sentence[], form?: "joined"): string[] {
  const [first = "", ...others] = sentences.map(({ text }) => text);
  const label = sentences[0]?.label;
  if (label === undefined) return [first, ...others];
  const announced = /^\d+\.\d/.test(label) ? label : `${label}.`;
  return form === "joined" ? [`${announced} ${first}`, ...others] : [announced, first, ...others];
}

/** Sentences that follow one another, as a quote; what is between the first and the last gives way to "…" when it grows long. */
function elide(parts: readonly string[]): string {
  const whole = parts.join(" ");
  const [first, last] = [parts[0] ?? "", parts.at(-1) ?? ""];
  return parts.length > 2 && whole.length > 240 ? `${first} … ${last}` : whole;
}
