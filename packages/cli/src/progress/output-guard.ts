import { stripVTControlCharacters } from "node:util";

/** What is drawn on the terminal, and how it is taken away for a moment. */
export interface Picture {
  readonly clear: () => void;
  readonly draw: () => void;
}

type Write = NodeJS.WriteStream["write"];

/**
 * Lets a program's own output through while a picture stands at the end of a terminal: the picture is
 * taken away, the output written, and the picture drawn again below it. Without this, a `console.log` in a
 * step would be written into the picture and painted over.
 */
export class OutputGuard {
  readonly #streams: readonly NodeJS.WriteStream[];
  readonly #picture: Picture;
  #restore: (() => void)[] = [];
  /** Whether what is written now is the picture itself. */
  #ours = false;
  /** Whether somebody's line is not finished yet, so that nothing can be drawn below it. */
  #midLine = false;

  /** @param streams - those that are no terminal, and one given twice, are left alone */
  constructor(streams: readonly NodeJS.WriteStream[], picture: Picture) {
    this.#streams = [...new Set(streams)].filter((stream) => stream.isTTY);
    this.#picture = picture;
  }

  begin(): void {
    if (this.#restore.length > 0) return;
    this.#midLine = false;
    this.#restore = this.#streams.map((stream) => this.#wrap(stream));
  }

  /** Puts the streams back as they were. */
  end(): void {
    for (const restore of this.#restore.splice(0)) restore();
  }

  /** Draws the picture, unless somebody's line stands unfinished in its place. */
  draw(): void {
    if (!this.#midLine) this.own(this.#picture.draw);
  }

  /** Ends a line that somebody has left unfinished. */
  finishLine(): void {
    if (this.#midLine) this.own(() => this.#streams[0]?.write("\n"));
    this.#midLine = false;
  }

  /** Runs what writes to the streams on the picture's behalf. */
  own(write: () => void): void {
    const before = this.#ours;
    this.#ours = true;
    try {
      write();
    } finally {
      this.#ours = before;
    }
  }

  #wrap(stream: NodeJS.WriteStream): () => void {
    const own = Object.getOwnPropertyDescriptor(stream, "write");
    const write = stream.write;
    const guarded = (...args: Parameters<Write>): boolean => {
      const text = visible(args[0]);
      if (this.#ours || text === "") return write.apply(stream, args);
      if (!this.#midLine) this.own(this.#picture.clear);
      const flowing = write.apply(stream, args);
      this.#midLine = !text.endsWith("\n");
      this.draw();
      return flowing;
    };
    stream.write = guarded as Write;
    return () => {
      // Whoever has wrapped it again meanwhile keeps what they have.
      if (stream.write !== guarded) return;
      if (own === undefined) Reflect.deleteProperty(stream, "write");
      else Object.defineProperty(stream, "write", own);
    };
  }
}

/** The part of a chunk that is seen: escape sequences move and hide the cursor, which is not output. */
function visible(chunk: Uint8Array | string): string {
  return stripVTControlCharacters(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
}
