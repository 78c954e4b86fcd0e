import type { ModelAnswer, ModelCall, StreamPart } from "./language-model.ts";

/** A language model, whatever version of the interface it came with. */
export interface Model {
  /** Who serves it, and its id there: `openai/gpt-5-mini`. */
  readonly name: string;
  generate(call: ModelCall): Promise<Generation>;
  /** Absent where the model answers only as a whole. */
  readonly stream?: (call: ModelCall) => AsyncIterable<StreamPart>;
}

/** What a model answered, once. */
export interface Generation extends ModelAnswer {
  /** The text that holds the JSON, where it is not all of the text. */
  readonly structuredOutputText?: string;
}
