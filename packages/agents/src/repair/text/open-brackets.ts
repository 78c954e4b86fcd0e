import { closingQuotes, skipSpaceBack } from "./characters.ts";
import { GaveUp, type ParseNotes } from "./parse-notes.ts";
import type { ListNode, RecordNode, SourceNode } from "./source-node.ts";

export type Opener = "{" | "[" | "(";
export type Closer = "}" | "]" | ")";

/** What stands between a bracket and the one that closes it. */
export interface Frame {
  readonly node: ListNode | RecordNode;
  readonly closer: Closer;
  /** What has been read last, or comes next: `next` is after a comma, `after` is after a value. */
  state: "first" | "next" | "colon" | "value" | "after";
  key: string;
  keyAt: number;
  /** Whether there were values without quotes in it. */
  hasBare: boolean;
  /** Whether its bracket stands there twice. */
  isDoubled: boolean;
}

const CLOSERS = { "{": "}", "[": "]", "(": ")" } as const;

/** The brackets that wait for being closed, and what is made of those that close them too early, too late or wrongly. */
export class OpenBrackets {
  /** Where the last value ended that a bracket closed; -1 if something came after it, or another one's bracket closed it. */
  lastCloser = -1;
  /** Whether a bracket was closed by one of another kind. */
  hasMismatch = false;
  readonly #text: string;
  readonly #notes: ParseNotes;
  readonly #maxDepth: number;
  readonly #stack: Frame[] = [];
  readonly #open = { "}": 0, "]": 0, ")": 0 };
  #hasNestedLists = false;

  constructor(text: string, notes: ParseNotes, maxDepth: number) {
    this.#text = text;
    this.#notes = notes;
    this.#maxDepth = maxDepth;
  }

  get depth(): number {
    return this.#stack.length;
  }

  get innermost(): Frame | undefined {
    return this.#stack[this.#stack.length - 1];
  }

  /** What the innermost stands in. */
  get around(): Frame | undefined {
    return this.#stack[this.#stack.length - 2];
  }

  isOpen(closer: Closer): boolean {
    return this.#open[closer] > 0;
  }

  push(opener: Opener, at: number): ListNode | RecordNode {
    if (this.#stack.length >= this.#maxDepth) throw new GaveUp(at, "too-deep");
    const node: ListNode | RecordNode =
      opener === "{" ? { kind: "record", members: [], open: true, at } : { kind: "list", items: [], open: true, at };
    const parent = this.innermost;
    if (parent !== undefined) this.add(node);
    if (parent?.node.kind === "list" && node.kind === "list") this.#hasNestedLists = true;
    const closer = CLOSERS[opener];
    this.#open[closer]++;
    this.#stack.push({ node, closer, state: "first", key: "", keyAt: -1, hasBare: false, isDoubled: false });
    return node;
  }

  /** Puts a value where it stands: under the key before it, or after the items before it. */
  add(node: SourceNode): void {
    const frame = this.innermost as Frame;
    if (frame.node.kind === "list") frame.node.items.push(node);
    else frame.node.members.push({ key: frame.key, node, at: frame.keyAt });
    frame.state = "after";
    this.lastCloser = -1;
  }

  dropKey(frame: Frame): void {
    this.#notes.change("missing-value", frame.keyAt, 2);
  }

  /** Reads the closing bracket at `at`. */
  close(closer: Closer, at: number): void {
    if (this.innermost?.closer === closer) this.#pop(at, true);
    else this.#closeWrongly(closer, at);
  }

  /** It closes too early, unless what comes after it is a further item whose first bracket is missing. */
  ignore(at: number): void {
    this.drop(at);
    if (this.innermost?.state !== "after") this.#notes.doubtThat("a closing bracket where a value should be");
    if (this.around?.node.kind === "list") this.#notes.doubtThat("an item that may lack its first bracket");
  }

  /** The innermost was not closed, unless its first bracket is one too many. */
  miss(at: number): void {
    const { node } = this.innermost as Frame;
    if (node.kind === "list") this.#doubtOpener(node);
    this.#notes.change("missing-closer", at, 1);
    this.#pop(at, false);
  }

  #doubtOpener({ items }: ListNode): void {
    const last = items.at(-1);
    const holdsList = last?.kind === "list";
    const holdsOneInOne = holdsList && last.items.length === 1 && last.items[0]?.kind === "list";
    if (holdsOneInOne || (items.length === 1 && holdsList))
      this.#notes.doubtThat("an array that may have a first bracket too many");
    if (items.length === 1 || holdsList || this.around?.node.kind === "list")
      this.#notes.doubtWithoutSchemaThat("an array whose first bracket may be one too many");
  }

  /** One too many, unless it is an array whose first bracket is missing. That shows only in an object. */
  drop(at: number): void {
    this.#notes.change("extra-closer", at, 1);
    if (this.#text[at] !== "]") return;
    this.#notes.doubtWithoutSchemaThat("a value that may be in an array whose first bracket is missing");
    if (this.#isAfterList(at) || this.#hasNestedLists)
      this.#notes.doubtThat("an array that may lack its first bracket");
  }

  #isAfterList(at: number): boolean {
    return this.#text[skipSpaceBack(this.#text, at)] === "]";
  }

  /** Inner brackets were not closed; or this one is of the wrong kind; or, if it closes nothing, it is one too many. */
  #closeWrongly(closer: Closer, at: number): void {
    if (this.innermost?.state !== "after")
      this.#notes.doubtThat("a closing bracket of the wrong kind where a value should be");
    this.#notes.rememberCloser(at);
    this.hasMismatch = true;
    const isInside = this.isOpen(closer);
    const turned = this.#notes.turns("closer", at);
    if (isInside && !turned) {
      while (this.innermost?.closer !== closer) this.miss(at);
      this.#pop(at, true);
    } else if (isInside || !turned) {
      this.#notes.change("wrong-closer", at, 1);
      if (closer === "]" && this.#isAfterList(at)) this.#notes.doubtThat("an array that may lack its first bracket");
      this.#pop(at, true);
    } else this.drop(at);
  }

  /** @param isOwn - whether there is a bracket for it at `at`, or an outer one is closed there */
  #pop(at: number, isOwn: boolean): void {
    const frame = this.#stack.pop() as Frame;
    if (frame.state === "colon") throw new GaveUp(frame.keyAt);
    if (frame.state === "value") this.dropKey(frame);
    if (frame.state === "next") this.#notes.change("extra-comma", at, 0);
    if (frame.node.kind === "list") this.#doubtItems(frame, frame.node);
    frame.node.open = false;
    this.#open[frame.closer]--;
    this.lastCloser = isOwn ? at : -1;
  }

  #doubtItems({ closer, state, hasBare }: Frame, { items }: ListNode): void {
    if (closer === ")" && items.length === 1 && state === "after")
      this.#notes.doubtThat("one value in parentheses, which is a tuple or is not");
    const isBare = (item: SourceNode): boolean =>
      item.kind === "text" && closingQuotes(this.#text, item.at) === undefined;
    if (hasBare && !items.every(isBare)) this.#notes.doubtThat("words without quotes between items of another kind");
  }
}
