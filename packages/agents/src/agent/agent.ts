import type { StandardSchema, Step } from "@flujo/dsl";
import type { AgentOptions } from "./agent-options.ts";
import { AgentStep } from "./agent-step.ts";

/** The functions that make model-backed steps, for steps that share a typed context. */
export interface Agents<Context> {
  /**
   * A step that asks a language model, and runs the tools that it calls until it answers. It gives the text of the answer, or
   * what the schema `output` makes of it. Each call of the model and of a tool is recorded by itself.
   *
   * Its failures are `ModelCallError`, `OutputTruncatedError`, `ContentFilterError`, `RefusalError`, `EmptyOutputError`,
   * `MaxTurnsError` and `StructuredOutputError`. What each call used is booked whether its answer was of use or not.
   *
   * @throws `InvalidOptionError` naming the first option that can't be used.
   */
  agent: <Input, Schema extends StandardSchema<unknown, unknown> | undefined = undefined>(
    name: string,
    options: AgentOptions<Input, Context, Schema>,
  ) => Step<Input, AnswerOf<Schema>, Context>;
}

/** What an agent gives whose `output` is `Schema`. */
export type AnswerOf<Schema> =
  Schema extends StandardSchema<unknown, unknown> ? NonNullable<Schema["~standard"]["types"]>["output"] : string;

/**
 * The factories of this package for steps that need a context: `const { agent } = agents<{ tone: string }>()`.
 * A pipeline of such steps can only be run with a context that fits them all.
 */
export function agents<Context>(): Agents<Context> {
  return {
    agent: (name, options) => new AgentStep(name, options),
  };
}

/** Makes a model-backed step that needs nothing of the context: see `Agents.agent`. */
export const agent: Agents<unknown>["agent"] = agents<unknown>().agent;
