import type { Outcome, StepHandler } from "@flujo/core/protocols";
import { MaxTurnsError } from "../errors/max-turns-error.ts";
import { UnknownToolError } from "../errors/unknown-tool-error.ts";
import { isToolCall, textOf } from "../output/read-answer.ts";
import type { ModelMessage } from "../prompt/prompt-message.ts";
import { type AgentExecution, childOf, failed, type RunnableAgent } from "./agent-execution.ts";
import { toAssistantMessage, toToolMessage } from "./conversation.ts";
import { type Answered, finishAnswer } from "./finish-answer.ts";
import type { ModelTurn, Turn } from "./model-step.ts";
import { runToolCalls } from "./run-tool-calls.ts";

/** Asks the model, runs what it calls, and asks again until it answers. Awaits nothing but what is recorded, or can be done again. */
export class AgentHandler implements StepHandler<RunnableAgent> {
  readonly kind = "agent";

  async handle(execution: AgentExecution): Promise<Outcome> {
    const { step, input, path, attempt, scope } = execution;
    const { agent, parts } = step;
    const turns: ModelTurn[] = [];
    let messages: readonly ModelMessage[] = [];
    // Tool calls are counted over all turns: the number is their place in the run.
    let callsSoFar = 0;
    for (let turn = 1; ; turn++) {
      const asked: Turn =
        turn === 1
          ? {
              input,
              asking: { path, attempt, idempotencyKey: scope.idempotencyKey },
              toolChoice: agent.toolChoice,
            }
          : { messages };
      const outcome = await execution.run(childOf(execution, parts.model), asked, { iteration: turn });
      if (outcome.status !== "completed") return outcome;
      const said = outcome.output as ModelTurn;
      turns.push(said);
      messages = said.prompt ?? messages;
      const calls = said.content.filter(isToolCall);
      if (calls.length === 0) {
        const answered: Answered = { text: textOf(said), said, messages, turns };
        return agent.output === undefined
          ? { status: "completed", output: answered.text }
          : finishAnswer(execution, agent.output, answered);
      }
      if (agent.tools.length === 0) return failed(new UnknownToolError(calls[0]?.toolName ?? "", [], { path }));
      if (turn >= agent.maxTurns) {
        const names = [...new Set(calls.map(({ toolName = "" }) => toolName))];
        return failed(new MaxTurnsError(agent.model.name, agent.maxTurns, names, { path }));
      }
      const ran = await runToolCalls(execution, calls, messages, callsSoFar);
      if (!("answered" in ran)) return ran;
      callsSoFar += calls.length;
      messages = [...messages, toAssistantMessage(said.content, ran.argumentsOf), toToolMessage(ran.answered)];
    }
  }
}
