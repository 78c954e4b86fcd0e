import type { AgentAnswer, AgentAnswerPart, AgentCall, AgentRunner } from "@flujo/core/protocols";

/** Asks each model itself. What agents use where no other runner is registered. */
export class ModelRunner implements AgentRunner {
  generate(call: AgentCall): Promise<AgentAnswer> {
    return call.generate(call.request);
  }

  stream(call: AgentCall): AsyncIterable<AgentAnswerPart> {
    return call.stream(call.request);
  }
}
