/** A tree as it was written: each value with its own text and place, before anything is made of it. */
export type SourceNode = TextNode | NumberNode | WordNode | ListNode | RecordNode;

interface Placed {
  /** Where it begins, as an index into the text. */
  readonly at: number;
}

export interface TextNode extends Placed {
  readonly kind: "text";
  readonly text: string;
  /** The text ends before its closing quote. */
  readonly cut: boolean;
}

export interface NumberNode extends Placed {
  readonly kind: "number";
  /** As written: `007`, `+1`, `12345678901234567890`. */
  readonly raw: string;
  /** The text ends right after it, so it may have more digits. */
  readonly cut: boolean;
}

/** A literal of JSON, or one that has no value there: `undefined`, `NaN`. */
export interface WordNode extends Placed {
  readonly kind: "word";
  readonly value: true | false | null | "undefined" | "not-finite";
  readonly raw: string;
  readonly cut: boolean;
}

export interface ListNode extends Placed {
  readonly kind: "list";
  readonly items: SourceNode[];
  /** The text ends before its closing bracket. */
  open: boolean;
}

export interface RecordNode extends Placed {
  readonly kind: "record";
  readonly members: Member[];
  open: boolean;
}

export interface Member extends Placed {
  readonly key: string;
  readonly node: SourceNode;
}

/** Whether the end of the text is in the node. */
export function isUnfinished(node: SourceNode): boolean {
  return node.kind === "list" || node.kind === "record" ? node.open : node.cut;
}
