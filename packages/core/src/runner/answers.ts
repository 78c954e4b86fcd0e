import type { HumanStep } from "@flujo/dsl";
import { isOverdue } from "../execution/open-questions.ts";
import { findNode, type PlanNode } from "../execution/plan.ts";
import { stepName } from "../journal/path.ts";
import type { Clock } from "../protocols/clock.ts";
import { SchemaMismatchError } from "../protocols/errors/schema-mismatch-error.ts";
import { SignalRefusedError } from "../protocols/errors/signal-refused-error.ts";
import type { Awaiting, RunRecord } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { StateBackend } from "../protocols/state-backend.ts";
import type { TypeValidator } from "../protocols/type-validator.ts";

/**
 * Stores answers to what a run waits for: all of them, or, if one does not fit, none.
 *
 * @throws {@link SignalRefusedError} for an answer to nothing that is asked, to more than one question, to one
 * that has an answer, or of the wrong shape.
 */
export async function storeAnswers(
  state: StateBackend,
  record: RunRecord,
  plan: PlanNode,
  signals: Readonly<Record<string, unknown>>,
  {
    serializer,
    clock,
    types,
  }: { readonly serializer: Serializer; readonly clock: Clock; readonly types: TypeValidator },
): Promise<void> {
  const answers = Object.entries(signals).map(([key, value]) => ({ question: findQuestion(record, key), value }));
  const late = answers.find(({ question }) => isOverdue(question, clock));
  if (late !== undefined) {
    throw new SignalRefusedError(record.runId, `the deadline of "${late.question.path}" is over`);
  }
  for (const { question, value } of answers) await checkAnswer(record.runId, question, value, plan, types);
  for (const { question, value } of answers) {
    const stored = await state.putSignal(record.runId, {
      path: question.path,
      value: serializer.stringify(value),
      at: clock.now(),
    });
    if (!stored) throw new SignalRefusedError(record.runId, `"${question.path}" has been answered already`);
  }
}

function findQuestion({ runId, status, awaiting }: RunRecord, key: string): Awaiting {
  if (awaiting.length === 0) throw new SignalRefusedError(runId, `it is ${status} and waits for no answer`);
  const exact = awaiting.find(({ token, path }) => token === key || path === key);
  if (exact !== undefined) return exact;
  const named = awaiting.filter(({ path }) => stepName(path) === key);
  if (named.length === 1) return named[0] as Awaiting;
  const asked = awaiting.map(({ path }) => `"${path}"`).join(", ");
  throw new SignalRefusedError(
    runId,
    named.length === 0
      ? `it waits for ${asked}, not for "${key}"`
      : `"${key}" could answer any of ${asked}: give a path or a token`,
  );
}

async function checkAnswer(
  runId: string,
  { path }: Awaiting,
  value: unknown,
  plan: PlanNode,
  types: TypeValidator,
): Promise<void> {
  const step = findNode(plan, path)?.step;
  if (step?.kind !== "human") return;
  try {
    await types.check((step as HumanStep<never, unknown, never>).schema, value, "answer");
  } catch (error) {
    if (!(error instanceof SchemaMismatchError)) throw error;
    throw new SignalRefusedError(runId, `the answer to "${path}" does not fit: ${error.issues.join("; ")}`, {
      path,
      cause: error,
    });
  }
}
