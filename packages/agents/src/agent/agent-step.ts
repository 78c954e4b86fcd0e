import { describeSchema, FunctionStep, type StandardSchema } from "@flujo/dsl";
import { type AgentOptions, resolveAgentOptions } from "./agent-options.ts";
import { answer } from "./answer.ts";

/** A leaf that asks a language model. Made by `agent`. */
export class AgentStep<in Input, out Output, in Context = unknown> extends FunctionStep<Input, Output, Context> {
  /**
   * What an answer must be. Not the `output` of a function step, by which the runner checks what `run` returns:
   * here that is already what the schema made of the answer, and applying it twice would transform it twice.
   */
  readonly answerSchema: StandardSchema | undefined;

  /** @throws `InvalidOptionError` naming the first option that can't be used. */
  constructor(name: string, options: AgentOptions<Input, Context>) {
    // What the functions take is known to the compiler only.
    const agent = resolveAgentOptions(name, options as AgentOptions<unknown, unknown>);
    super({
      name,
      run: (input: never, scope) => answer(agent, input, scope),
      meta: { model: agent.model.name },
      resource: agent.model.name,
      ...(options.version === undefined ? {} : { version: options.version }),
    });
    this.answerSchema = agent.output;
    if (new.target === AgentStep) Object.freeze(this);
  }

  override details(): Readonly<Record<string, unknown>> {
    if (this.answerSchema === undefined) return super.details();
    const output = describeSchema(this.answerSchema, "output");
    return { ...super.details(), output };
  }
}
