import { type AnswerOf, agents, type LanguageModel } from "@flujo/agents";
import type { StandardSchema, StepScope } from "@flujo/dsl";
import {
  ClaimsAnswer,
  DifferencesAnswer,
  KindAnswer,
  MendingAnswer,
  OutlineAnswer,
  QuestionsAnswer,
  TermsAnswer,
} from "./answers.ts";
import type { DocumentKind, DocumentRef } from "./brief/brief.ts";
import { type Gathered, materialOf } from "./brief/compose.ts";
import type { MendingTask } from "./brief/refinement.ts";
import { type BriefContext, withText } from "./context.ts";
import {
  claimsPrompt,
  classifyPrompt,
  differencesPrompt,
  mendPrompt,
  outlinePrompt,
  questionsPrompt,
  SYSTEM,
  termsPrompt,
} from "./prompts.ts";
import { announced } from "./work-log.ts";

/** A document, and what the classifying agent said of it. */
export interface Classified {
  readonly document: DocumentRef;
  readonly answer: AnswerOf<typeof KindAnswer>;
}

/** Longest time of one model call, in milliseconds. */
const CALL_MS = 180_000;

const { agent } = agents<BriefContext>();

/** The agents that work on a brief, all of them on one model. */
export function briefAgents(model: LanguageModel) {
  const ask = <Input, Schema extends StandardSchema<unknown, unknown>>(
    name: string,
    output: Schema,
    prompt: (input: Input, scope: StepScope<BriefContext>) => string,
  ) =>
    agent(name, { model, system: SYSTEM, prompt: announced(prompt), output })
      .withTimeout(CALL_MS)
      .withRetry({ maxAttempts: 4, initialDelayMs: 1_000 });

  return {
    classify: ask("classify", KindAnswer, (document: DocumentRef, { context }) =>
      classifyPrompt(withText(document, context)),
    ),
    findClaims: (kind: DocumentKind) =>
      ask("find-claims", ClaimsAnswer, ({ document }: Classified, { context }) =>
        claimsPrompt(kind, withText(document, context)),
      ),
    findTerms: ask("find-terms", TermsAnswer, ({ document }: Classified, { context }) =>
      termsPrompt(withText(document, context)),
    ),
    findQuestions: ask("find-questions", QuestionsAnswer, ({ document }: Classified, { context }) =>
      questionsPrompt(withText(document, context)),
    ),
    outline: ask("outline", OutlineAnswer, (gathered: Gathered) => outlinePrompt(materialOf(gathered))),
    compare: ask("compare", DifferencesAnswer, (gathered: Gathered) => differencesPrompt(materialOf(gathered))),
    mend: ask("mend", MendingAnswer, ({ claims, document }: MendingTask, { context }) =>
      mendPrompt(claims, withText(document, context)),
    ),
  };
}
