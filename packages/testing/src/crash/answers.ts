import type { Awaiting, RunRecord, StateBackend } from "@flujo/core/protocols";
import { InvalidOptionError } from "@flujo/dsl";

/**
 * What people answer: by the path of the step that asks, or by its name; or a function of the question. A question
 * with a deadline may be left without.
 */
export type Answers = Readonly<Record<string, unknown>> | ((question: Awaiting) => unknown);

/** The answers that a paused run needs now, by token: those that its store does not have. */
export async function openAnswers(
  store: StateBackend,
  { runId, awaiting }: Pick<RunRecord, "runId" | "awaiting">,
  answers: Answers,
): Promise<Readonly<Record<string, unknown>>> {
  const stored = new Set((await store.readSignals(runId)).map(({ path }) => path));
  const open = awaiting.filter(({ path }) => !stored.has(path));
  return Object.fromEntries(
    open.flatMap((question) => {
      const value = answerTo(question, answers);
      if (value !== undefined || question.deadline !== undefined)
        return value === undefined ? [] : [[question.token, value]];
      throw new InvalidOptionError("answers", answers, `something that answers "${question.path}"`);
    }),
  );
}

function answerTo(question: Awaiting, answers: Answers): unknown {
  if (typeof answers === "function") return answers(question);
  const { path } = question;
  return path in answers ? answers[path] : answers[nameAt(path)];
}

/** The name of the step at a path. */
function nameAt(path: string): string {
  return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1).replace(/~\d+$/, ""));
}
