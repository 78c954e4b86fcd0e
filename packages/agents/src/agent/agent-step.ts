import type { StepHandler } from "@flujo/core/protocols";
import {
  type CircuitBreakerPolicy,
  describeSchema,
  type EstimatePolicy,
  type LimitsPolicy,
  Step,
  type StepChild,
} from "@flujo/dsl";
import { AgentHandler } from "./agent-handler.ts";
import { type AgentOptions, type ResolvedAgent, resolveAgentOptions } from "./agent-options.ts";
import { type AgentParts, partsOf } from "./agent-parts.ts";
import type { FirstTurn, ModelStep } from "./model-step.ts";

const HANDLER = new AgentHandler();

/**
 * Asks a language model, runs the tools that it calls, and asks again until it answers. Made by `agent`. Each call of the model
 * and of a tool is a step of its own, recorded by itself.
 */
export class AgentStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "agent";
  readonly agent: ResolvedAgent;
  readonly parts: AgentParts;

  /** @throws `InvalidOptionError` naming the first option that can't be used. */
  constructor(name: string, options: AgentOptions<Input, Context>) {
    super(name);
    // What the functions take is known to the compiler only.
    this.agent = resolveAgentOptions(name, options as AgentOptions<unknown, unknown>);
    this.parts = partsOf(this.agent);
    if (new.target === AgentStep) Object.freeze(this);
  }

  override get handler(): StepHandler<never> {
    return HANDLER as unknown as StepHandler<never>;
  }

  override children(): readonly StepChild[] {
    const { model, reAsk, repair, tools } = this.parts;
    return [model, reAsk, repair, ...tools]
      .filter((step) => step !== undefined)
      .map((step) => ({ role: "body", step }));
  }

  /** What its recorded turns depend on; the model, and what it is told of its tools, are the parts' own. */
  override details(): Readonly<Record<string, unknown>> {
    const { template, output, tools, maxTurns, toolChoice, version, settings, repair } = this.agent;
    const { headers: _, ...meant } = settings;
    const written = (text: unknown): unknown => (typeof text === "function" ? "function" : text);
    return {
      ...(template.system === undefined ? {} : { system: written(template.system) }),
      prompt: written(template.prompt),
      ...(output === undefined ? {} : { output: describeSchema(output, "output"), repair: repair.deterministic }),
      ...(tools.length === 0 ? {} : { maxTurns }),
      ...(toolChoice === undefined ? {} : { toolChoice }),
      ...(Object.keys(meant).length === 0 ? {} : { settings: meant }),
      ...(version === undefined ? {} : { version }),
    };
  }

  override notes(): readonly string[] {
    const { model, tools, maxTurns } = this.agent;
    return [model.name, ...(tools.length === 0 ? [] : [`at most ${maxTurns} turns`])];
  }

  /** The same agent; the calls of its model wait their turn. Models of one name share their limits. */
  override withLimits(limits: LimitsPolicy): this {
    return withModel(this, (model) => model.withLimits(limits));
  }

  /** The same agent; the calls of its model are refused at once while that keeps failing. `false`: never refused so. */
  override withCircuitBreaker(policy: CircuitBreakerPolicy | false = {}): this {
    return withModel(this, (model) => model.withCircuitBreaker(policy));
  }

  /** The same agent; `estimate` says what one call of its model uses at most. A function is given the agent's input. */
  override withEstimate(estimate: EstimatePolicy<Input, Context>): this {
    const ofTurn =
      typeof estimate === "function"
        ? (turn: FirstTurn, context: never) => estimate(turn.input as Input, context)
        : estimate;
    return withModel(this, (model) => model.withEstimate(ofTurn as EstimatePolicy<never, unknown>));
  }
}

/** A copy of an agent, of its own class, whose own model is called by other steps. */
function withModel<A extends AgentStep<never, unknown, never>>(agent: A, change: (model: ModelStep) => ModelStep): A {
  const { model, reAsk } = agent.parts;
  const parts: AgentParts = { ...agent.parts, model: change(model), reAsk: reAsk && change(reAsk) };
  return Object.freeze(Object.assign(Object.create(Object.getPrototypeOf(agent)), agent, { parts }));
}
