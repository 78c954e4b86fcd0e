import type { Outcome } from "@flujo/core/protocols";
import type { StandardSchema } from "@flujo/dsl";
import { RefusalError } from "../errors/refusal-error.ts";
import { StructuredOutputError } from "../errors/structured-output-error.ts";
import { type Reading, readStructured, textOf } from "../output/read-answer.ts";
import { userMessage } from "../prompt/build-prompt.ts";
import type { ModelMessage } from "../prompt/prompt-message.ts";
import { mayAskModel } from "../repair/model/may-ask-model.ts";
import { readRepairAnswer } from "../repair/model/read-repair-answer.ts";
import { repairPrompt } from "../repair/model/repair-prompt.ts";
import type { RepairResult } from "../repair/repair-result.ts";
import type { RepairIssue } from "../repair/schema/check-json.ts";
import { type AgentExecution, childOf, failed } from "./agent-execution.ts";
import { toAssistantMessage } from "./conversation.ts";
import type { LaterTurn, ModelTurn } from "./model-step.ts";

/** An agent's last word, and what led to it. */
export interface Answered {
  readonly text: string;
  readonly said: ModelTurn;
  /** What it was asked. */
  readonly messages: readonly ModelMessage[];
  /** All calls of models so far. */
  readonly turns: ModelTurn[];
}

type Misread = Extract<Reading, { readonly ok: false }>;

/** Makes data of an answer: as it is, by rules, with the help of another model, or by asking once more, in this order. */
export async function finishAnswer(
  execution: AgentExecution,
  schema: StandardSchema,
  answered: Answered,
): Promise<Outcome> {
  const { agent, parts } = execution.step;
  const { path } = execution;
  const read = await readAnswer(execution, schema, answered.said);
  if (!("issues" in read)) return read;
  if (read.failure?.reason === "refusal") return failed(new RefusalError(agent.model.name, answered.text, { path }));

  const repaired = await repairByModel(execution, schema, answered, read);
  if (repaired !== undefined) return repaired;

  if (parts.reAsk === undefined) return failed(misfit(execution, answered, read));
  const asked: LaterTurn = {
    messages: [...answered.messages, toAssistantMessage(answered.said.content), userMessage(correction(read.issues))],
    ...(agent.tools.length === 0 ? {} : { toolChoice: { type: "none" } }),
  };
  const outcome = await execution.run(childOf(execution, parts.reAsk), asked, "next");
  if (outcome.status === "failed") return failed(misfit(execution, answered, read, outcome.error));
  if (outcome.status !== "completed") return outcome;
  const said = outcome.output as ModelTurn;
  answered.turns.push(said);
  const again = await readAnswer(execution, schema, said);
  return "issues" in again ? failed(misfit(execution, { ...answered, text: textOf(said) }, again)) : again;
}

function correction(issues: readonly string[]): string {
  const list = issues.map((issue) => `- ${issue}`).join("\n");
  return `Your answer does not fit what was asked for:\n${list}\nAnswer again, with JSON that fits and nothing else.`;
}

function misfit(
  { step, path }: AgentExecution,
  { text, turns }: Answered,
  { issues, cause }: Misread,
  reason?: Error & { readonly retryAfterMs?: number | undefined },
): StructuredOutputError {
  const { name } = step.agent.model;
  const why = reason ?? cause;
  const wait = reason?.retryAfterMs === undefined ? {} : { retryAfterMs: reason.retryAfterMs };
  return new StructuredOutputError(
    name,
    text,
    issues,
    turns.map(({ usage }) => usage),
    { path, ...wait, ...(why === undefined ? {} : { cause: why }) },
  );
}

/** What the schema makes of an answer, by rules if it takes those; what is wrong with it; or how the agent ends. */
async function readAnswer(
  execution: AgentExecution,
  schema: StandardSchema,
  said: ModelTurn,
): Promise<Outcome | Misread> {
  const { agent } = execution.step;
  const read = await execution.call(() =>
    readStructured(textOf(said), said.finishReason, schema, agent.repair.deterministic),
  );
  if (read.status !== "completed") return read;
  const reading = read.output as Reading;
  if (!reading.ok) return reading;
  if (reading.repaired !== undefined) tell(execution, reading.repaired);
  return { status: "completed", output: reading.value };
}

function tell(
  { step, scope }: AgentExecution,
  { repairs, cost, flags }: NonNullable<Extract<Reading, { ok: true }>["repaired"]>,
): void {
  scope.log.warn(`The answer of ${step.agent.model.name} was repaired`, { repairs, cost, flags });
}

/** Asks the model that repairs, as often as it may be asked. `undefined` where there is none, or it was of no help. */
async function repairByModel(
  execution: AgentExecution,
  schema: StandardSchema,
  { text, said, turns }: Answered,
  { failure, issues }: Misread,
): Promise<Outcome | undefined> {
  const { agent, parts } = execution.step;
  const { finishReason } = said;
  if (parts.repair === undefined) return undefined;
  if (failure !== undefined && !mayAskModel(text, failure, finishReason)) return undefined;
  let wrong: readonly RepairIssue[] = failure?.issues ?? issues.map((message) => ({ path: "", message }));
  const answers = new Set<string>();
  for (let repair = 1; repair <= agent.repair.maxRepairs; repair++) {
    const asked: LaterTurn = { messages: repairPrompt({ text, schema, issues: wrong }) };
    const outcome = await execution.run(childOf(execution, parts.repair), asked, { iteration: repair });
    // One that fails will not do better the next time; the agent's own model may.
    if (outcome.status === "failed") return undefined;
    if (outcome.status !== "completed") return outcome;
    const repaired = outcome.output as ModelTurn;
    turns.push(repaired);
    const answer = textOf(repaired);
    const read = await execution.call(() =>
      readRepairAnswer({ schema, text, answer, finishReason, answerFinishReason: repaired.finishReason }),
    );
    if (read.status !== "completed") return read;
    const result = read.output as RepairResult;
    if (result.ok) {
      tell(execution, result);
      return { status: "completed", output: result.value };
    }
    if (result.reason === "unrepairable" || answers.has(answer)) return undefined;
    answers.add(answer);
    wrong = result.issues;
  }
  return undefined;
}
