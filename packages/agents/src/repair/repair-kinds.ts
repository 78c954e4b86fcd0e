/** What a reader may have to know of an answer that was mended, beside the list of changes. */
export type RepairFlag =
  /** The text ends before its value does. */
  | "truncated"
  /** It held several answers that fit and differ; one was chosen. */
  | "multiple-candidates"
  /** An object had a key twice. */
  | "duplicate-keys"
  /** Something that had begun, or that the text says is left out, is not in the value. */
  | "dropped-incomplete"
  /** There are keys that the schema does not name; those that it forbids were dropped. */
  | "extra-keys"
  /** A value was turned into what the schema asks for. */
  | "coerced"
  /** A whole number has more digits than JavaScript's numbers keep. Only in JSON that fits as it is: elsewhere it is refused. */
  | "rounded"
  /** A model repaired it, and something in it is neither in the text nor in the schema. */
  | "invented";

interface KindRule {
  /** How likely the change is to be wrong: 0 is mere notation, 1 has one sensible reading, 2 and more is a judgement. */
  readonly cost: number;
  readonly reason: string;
  readonly flag?: RepairFlag;
}

/** What was done. */
export type RepairKind =
  | "prose"
  | "fence"
  | "thought"
  | "comment"
  | "quotes"
  | "bare-key"
  | "bare-text"
  | "literal"
  | "tuple"
  | "extra-comma"
  | "doubled-comma"
  | "missing-item"
  | "missing-comma"
  | "missing-colon"
  | "missing-value"
  | "control-character"
  | "inner-quote"
  | "missing-quote"
  | "escape"
  | "escaped-json"
  | "missing-opener"
  | "doubled-bracket"
  | "missing-closer"
  | "wrong-closer"
  | "extra-closer"
  | "ellipsis"
  | "truncated"
  | "cut-text"
  | "cut-literal"
  | "dropped"
  | "duplicate-key"
  | "joined"
  | "number-form"
  | "number-from-text"
  | "boolean-from-text"
  | "text-from-number"
  | "text-from-word"
  | "choice-spelling"
  | "choice-decorated"
  | "parsed-text"
  | "wrapped-in-list"
  | "wrapped-in-object"
  | "unwrapped"
  | "key-style"
  | "null-as-absent"
  | "null-from-word"
  | "extra-key"
  | "rewritten"
  | "elided"
  | "invented";

/** Every kind of change there is. */
const RULES: Readonly<Record<RepairKind, KindRule>> = {
  prose: { cost: 0, reason: "text around the value was left out" },
  fence: { cost: 0, reason: "the value stood in a code fence" },
  thought: { cost: 2, reason: "the value stood where the model was still thinking" },
  comment: { cost: 0, reason: "a comment was left out" },
  quotes: { cost: 0, reason: "quotes other than JSON's" },
  "bare-key": { cost: 0, reason: "a key without quotes" },
  "bare-text": { cost: 1, reason: "a text without quotes" },
  literal: { cost: 0, reason: "a literal as another language writes it" },
  tuple: { cost: 0, reason: "a tuple was read as an array" },
  "extra-comma": { cost: 0, reason: "a comma after the last value" },
  "doubled-comma": { cost: 1, reason: "a comma with no member before it" },
  "missing-item": { cost: 1, reason: "a comma with no item before it", flag: "dropped-incomplete" },
  "missing-comma": { cost: 1, reason: "a comma was missing" },
  "missing-colon": { cost: 1, reason: "a colon was missing" },
  "missing-value": { cost: 2, reason: "a key had no value", flag: "dropped-incomplete" },
  "control-character": { cost: 0, reason: "a line break or another control character that was not escaped" },
  "inner-quote": { cost: 1, reason: "quotes within a text were not escaped" },
  "missing-quote": { cost: 2, reason: "a quote was missing" },
  escape: { cost: 1, reason: "an escape that JSON does not know" },
  "escaped-json": { cost: 1, reason: "the whole value was escaped as if it were within a text" },
  "missing-opener": { cost: 1, reason: "the first bracket was missing" },
  "doubled-bracket": { cost: 1, reason: "the brackets of an object stood there twice" },
  "missing-closer": { cost: 1, reason: "a closing bracket was missing" },
  "wrong-closer": { cost: 1, reason: "a closing bracket of the wrong kind" },
  "extra-closer": { cost: 1, reason: "a closing bracket too many" },
  ellipsis: { cost: 1, reason: "an ellipsis stands for what is left out", flag: "dropped-incomplete" },
  truncated: { cost: 1, reason: "the text ends within the value", flag: "truncated" },
  "cut-text": { cost: 0, reason: "the last text is as far as it came", flag: "truncated" },
  "cut-literal": { cost: 1, reason: "a cut word has one completion only", flag: "truncated" },
  dropped: { cost: 1, reason: "what was cut off was left out", flag: "dropped-incomplete" },
  "duplicate-key": { cost: 1, reason: "a key stood twice: the last value counts", flag: "duplicate-keys" },
  joined: { cost: 2, reason: "several values in a row were read as an array", flag: "coerced" },
  "number-form": { cost: 1, reason: "a number in another notation than JSON's", flag: "coerced" },
  "number-from-text": { cost: 1, reason: "a text was read as a number", flag: "coerced" },
  "boolean-from-text": { cost: 1, reason: "a text was read as true or false", flag: "coerced" },
  "text-from-number": { cost: 1, reason: "a number was kept as it is written, as text", flag: "coerced" },
  "text-from-word": { cost: 1, reason: "a word without quotes was kept as text", flag: "coerced" },
  "choice-spelling": { cost: 1, reason: "one of the allowed values in another spelling", flag: "coerced" },
  "choice-decorated": { cost: 2, reason: "one of the allowed values with words around it", flag: "coerced" },
  "parsed-text": { cost: 1, reason: "a text held the JSON that was asked for", flag: "coerced" },
  "wrapped-in-list": { cost: 1, reason: "a single value was put into an array", flag: "coerced" },
  "wrapped-in-object": { cost: 2, reason: "an array was put under the only key that takes one", flag: "coerced" },
  unwrapped: { cost: 2, reason: "the value was taken out of a wrapper", flag: "coerced" },
  "key-style": { cost: 1, reason: "keys were written in another style", flag: "coerced" },
  "null-as-absent": { cost: 1, reason: "null stood for an optional value that is not there", flag: "coerced" },
  "null-from-word": { cost: 1, reason: "a word that JSON has no value for was read as null", flag: "coerced" },
  "extra-key": { cost: 2, reason: "a key that the schema forbids was dropped", flag: "extra-keys" },
  rewritten: { cost: 3, reason: "a model wrote the value anew" },
  elided: { cost: 2, reason: "the model was not shown the middle of the text", flag: "dropped-incomplete" },
  invented: {
    cost: 0,
    reason: "something that is neither in the text nor in the schema was let through",
    flag: "invented",
  },
};

export function ruleOf(kind: RepairKind): KindRule {
  return RULES[kind];
}
