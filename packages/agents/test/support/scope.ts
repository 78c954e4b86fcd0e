import { DefaultErrorClassifier } from "@flujo/core";
import { Clock, ErrorClassifier, MissingServiceError } from "@flujo/core/protocols";
import type { ServiceToken, StepScope, UsageReport } from "@flujo/dsl";
import { ManualClock } from "@flujo/testing";

/** What a step is given, with what it did with it written down. */
export interface RecordingScope<Context> extends StepScope<Context> {
  readonly reports: UsageReport[];
  readonly warnings: { readonly message: string; readonly data: unknown }[];
}

/** A scope for a step that is run alone, without a runner. */
export function recordingScope<Context = unknown>(
  given: { readonly context?: Context; readonly signal?: AbortSignal } = {},
): RecordingScope<Context> {
  const reports: UsageReport[] = [];
  const warnings: { message: string; data: unknown }[] = [];
  let context = given.context as Context;
  return {
    get context() {
      return context;
    },
    update: (recipe) => {
      const draft = structuredClone(context);
      recipe(draft);
      context = draft;
    },
    signal: given.signal ?? new AbortController().signal,
    runId: "run",
    path: "desk/critic",
    attempt: 1,
    feedback: undefined,
    idempotencyKey: "run:desk/critic",
    reportUsage: (usage) => void reports.push(usage),
    reserveUsage: async () => {},
    emit: async () => {},
    log: {
      debug: () => {},
      info: () => {},
      warn: (message, data) => void warnings.push({ message, data }),
      error: () => {},
    },
    resolve,
    reports,
    warnings,
  };
}

function resolve<Service>(token: ServiceToken<Service>): Service {
  if (token === ErrorClassifier) return new DefaultErrorClassifier() as Service;
  if (token === Clock) return new ManualClock() as Service;
  throw new MissingServiceError(token, "this scope has no runner");
}
