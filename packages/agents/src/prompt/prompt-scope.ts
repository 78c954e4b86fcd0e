import type { StepScope } from "@flujo/dsl";

/** Which agent asks, and for the how many-th time. */
export interface Asking {
  readonly path: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
}

/** The scope of a prompt's functions: that of the call, but with the agent's own path and attempt. */
export class PromptScope {
  readonly #scope: StepScope;
  readonly #asking: Asking;
  #feedbackRead = false;

  constructor(scope: StepScope, asking: Asking) {
    this.#scope = scope;
    this.#asking = asking;
  }

  /** What was wrong with the attempt before, if no function has looked at it. */
  get unreadFeedback(): string | undefined {
    return this.#feedbackRead ? undefined : this.#scope.feedback;
  }

  /** What the functions are given. They may take it apart. */
  get given(): StepScope {
    const scope = this.#scope;
    const { path, attempt, idempotencyKey } = this.#asking;
    const readFeedback = (): string | undefined => {
      this.#feedbackRead = true;
      return scope.feedback;
    };
    return {
      path,
      attempt,
      idempotencyKey,
      runId: scope.runId,
      signal: scope.signal,
      log: scope.log,
      get context() {
        return scope.context;
      },
      get feedback() {
        return readFeedback();
      },
      update: (recipe) => {
        scope.update(recipe);
      },
      reportUsage: (usage) => {
        scope.reportUsage(usage);
      },
      reserveUsage: (estimate) => scope.reserveUsage(estimate),
      emit: (chunk) => scope.emit(chunk),
      resolve: (token) => scope.resolve(token),
    };
  }
}
