import { ErrorClassifier } from "@flujo/core/protocols";
import { FlujoError, type StepScope } from "@flujo/dsl";
import { admitCall } from "../cost/admit-call.ts";
import { bookCall } from "../cost/book-call.ts";
import { bookFailedCall } from "../cost/book-failed-call.ts";
import { ModelCallError } from "../errors/model-call-error.ts";
import type { ModelCall } from "../model/language-model.ts";
import type { Generation, Model } from "../model/model.ts";
import { readStructured, readText } from "../output/read-answer.ts";
import { buildPrompt } from "../prompt/build-prompt.ts";
import type { ResolvedAgent } from "./agent-options.ts";

/** Asks the model once and reads its answer: what an agent step does. */
export async function answer(agent: ResolvedAgent, input: unknown, scope: StepScope): Promise<unknown> {
  const { responseFormat, instruction } = agent.format;
  const prompt = await buildPrompt(agent.template, instruction, input, scope);
  const generation = await callModel(
    agent.model,
    { ...agent.settings, ...(responseFormat && { responseFormat }), prompt, abortSignal: scope.signal },
    scope,
  );
  const origin = { model: agent.model.name, path: scope.path };
  if (agent.output === undefined) return readText(generation, origin);
  return readStructured(generation, agent.output, origin, agent.repair.deterministic ? scope.log : undefined);
}

/**
 * Calls the model and books what the call used at once, before anyone looks at the answer: an answer that
 * turns out to be useless was paid for like any other.
 */
async function callModel(model: Model, call: ModelCall, scope: StepScope): Promise<Generation> {
  scope.signal.throwIfAborted();
  const asked = { model: model.name, ...call };
  await admitCall(scope, asked);
  let generation: Generation;
  try {
    generation = await model.generate(call);
  } catch (cause) {
    await bookFailedCall(scope, { ...asked, error: cause });
    // However the provider words it, a call that was called off is no failure of the call.
    scope.signal.throwIfAborted();
    if (FlujoError.is(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const told = scope.resolve(ErrorClassifier).classify(cause);
    throw new ModelCallError(model.name, reason, told, { path: scope.path, cause });
  }
  await bookCall(scope, { model: model.name, usage: generation.usage, providerMetadata: generation.providerMetadata });
  for (const warning of generation.warnings ?? []) {
    scope.log.warn(`${model.name} could not do all that was asked`, warning);
  }
  return generation;
}
