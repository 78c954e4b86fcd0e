/**
 * What an agent sends while it works, as the chunk of a `step-chunk` event. The event's path says which call it is:
 * `critic#2/model` is the second turn, `critic@0/search` the first call of a tool.
 */
export type AgentChunk = TextDelta | ReasoningDelta | PartialObject | ToolProgress;

/** The next piece of the answer. If the call fails after all, the pieces were no answer. */
export interface TextDelta {
  readonly type: "text-delta";
  readonly delta: string;
}

/** The next piece of what the model thinks, where it shows that. */
export interface ReasoningDelta {
  readonly type: "reasoning-delta";
  readonly delta: string;
}

/** What there is so far of an answer that is to be data. Not checked by the schema, and not the answer. */
export interface PartialObject {
  readonly type: "object";
  readonly partial: unknown;
}

/** What a tool gave that gives several values one after another. */
export interface ToolProgress {
  readonly type: "tool-progress";
  readonly toolName: string;
  readonly output: unknown;
}

/** Whether a chunk of a `step-chunk` event is an agent's. */
export function isAgentChunk(chunk: unknown): chunk is AgentChunk {
  const type = (chunk as { readonly type?: unknown } | null | undefined)?.type;
  return type === "text-delta" || type === "reasoning-delta" || type === "object" || type === "tool-progress";
}
