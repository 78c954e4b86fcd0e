import { skipSpace } from "./characters.ts";

/** Where one parse is in its text. */
export class Cursor {
  readonly text: string;
  /** Index after the last character that may be read. */
  readonly end: number;
  at: number;

  constructor(text: string, at: number, end: number) {
    this.text = text;
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** The next character; `undefined` where the whole text ends. */
  get next(): string | undefined {
    return this.text[this.at];
  }

  begins(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Index of the first character from `at` on that is not white space. */
  afterSpace(at: number = this.at): number {
    return skipSpace(this.text, at, this.end);
  }
}
