import type { ContentPart, FinishReason, ModelUsage, ProviderMetadata, StreamPart } from "./language-model.ts";
import type { Generation } from "./model.ts";

/** A text that is under way. */
interface Open {
  readonly index: number;
  text: string;
  providerMetadata: ProviderMetadata | undefined;
}

/** Puts the parts of a stream together to what the model would have answered at once. */
export class StreamCollector {
  readonly #content: ContentPart[] = [];
  readonly #open = new Map<string, Open>();
  #warnings: readonly unknown[] = [];
  #finish: StreamPart | undefined;
  #received = "";
  #hasBegun = false;

  /** Whether anything has come, were it only the sign that an answer is under way. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** All that has come: texts, reasoning and tools' arguments, in order. What an answer that is cut is charged for. */
  get received(): string {
    return this.#received;
  }

  /** The answer, once it has ended: until the `finish` part has come there is none. */
  get generation(): Generation | undefined {
    if (this.#finish === undefined) return undefined;
    const { finishReason, usage, providerMetadata } = this.#finish;
    return {
      content: this.#content,
      finishReason: finishReason as FinishReason,
      usage: usage as ModelUsage | undefined,
      warnings: this.#warnings,
      ...(providerMetadata === undefined ? {} : { providerMetadata }),
    };
  }

  /** @throws what the provider sends as an error in the middle of its answer */
  add(part: StreamPart): void {
    const { type, id = "", delta = "", providerMetadata } = part;
    this.#hasBegun = true;
    switch (type) {
      case "error":
        throw part.error;
      case "stream-start":
        this.#warnings = part.warnings ?? [];
        break;
      case "text-start":
      case "reasoning-start":
        this.#begin(type === "text-start" ? "text" : "reasoning", id, providerMetadata);
        break;
      case "text-delta":
      case "reasoning-delta":
      case "text-end":
      case "reasoning-end":
        this.#received += delta;
        this.#extend(type.startsWith("text") ? "text" : "reasoning", id, delta, providerMetadata);
        break;
      case "tool-input-delta":
        this.#received += delta;
        break;
      case "tool-call":
      case "tool-result":
      case "source":
      case "file":
        this.#content.push(part);
        break;
      case "finish":
        this.#finish = part;
        break;
      default:
      // Signs of life, raw parts and what is yet to be invented are no part of the answer.
    }
  }

  #begin(type: string, id: string, providerMetadata: ProviderMetadata | undefined): Open {
    const open = { index: this.#content.length, text: "", providerMetadata };
    this.#open.set(`${type}:${id}`, open);
    this.#content.push({ type, text: "" });
    return open;
  }

  #extend(type: string, id: string, delta: string, providerMetadata: ProviderMetadata | undefined): void {
    const open = this.#open.get(`${type}:${id}`) ?? this.#begin(type, id, undefined);
    open.text += delta;
    open.providerMetadata = providerMetadata ?? open.providerMetadata;
    this.#content[open.index] = {
      type,
      text: open.text,
      ...(open.providerMetadata === undefined ? {} : { providerMetadata: open.providerMetadata }),
    };
  }
}
