import type { StandardSchema } from "@flujo/dsl";
import type { JsonSchema } from "../schema/json-schema.ts";
import type { Shapes } from "../schema/shapes.ts";
import { type PartialReading, readPartial, shapesOf } from "./parse-partial.ts";

/** Up to here, in characters, each piece is read at once. */
const SHORT = 4_000;

/** A longer text is read again when it has grown by this part of it. */
const GROWTH = 1 / 16;

/**
 * Reads a value while it is written, piece by piece. A long text is not read again for each piece, but each time that it has grown by
 * a sixteenth: all readings together take linear time, some 17 times that of one.
 */
export class PartialReader {
  readonly #shapes: Shapes | undefined;
  #text = "";
  #readAt = 0;

  /** @param schema - what is being written, as `parsePartial` takes it */
  constructor(schema?: StandardSchema | JsonSchema) {
    this.#shapes = shapesOf(schema);
  }

  /** All that has come so far. */
  get text(): string {
    return this.#text;
  }

  /** Takes the next piece. Gives what there is by now, or `undefined` if that was not looked at this time. */
  push(piece: string): PartialReading | undefined {
    this.#text += piece;
    if (this.#text.length < this.#readAt) return undefined;
    this.#readAt = this.#text.length < SHORT ? 0 : this.#text.length * (1 + GROWTH);
    return this.read();
  }

  /** What there is by now: for when the last piece has come. */
  read(): PartialReading {
    return readPartial(this.#text, this.#shapes);
  }
}
