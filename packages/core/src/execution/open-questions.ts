import { isWithin } from "../journal/path.ts";
import type { Clock } from "../protocols/clock.ts";
import type { IdGenerator } from "../protocols/id-generator.ts";
import type { Awaiting } from "../protocols/run-record.ts";
import type { Questions } from "./run-scope.ts";

/** The questions of one drive of a run. A question that was asked before keeps its token and its deadline. */
export class OpenQuestions implements Questions {
  readonly #asked: ReadonlyMap<string, Awaiting>;
  readonly #ids: IdGenerator;
  readonly #clock: Pick<Clock, "now">;
  #awaiting: Awaiting[] = [];

  constructor(asked: readonly Awaiting[], parts: { readonly ids: IdGenerator; readonly clock: Pick<Clock, "now"> }) {
    this.#asked = new Map(asked.map((question) => [question.path, question]));
    this.#clock = parts.clock;
    this.#ids = parts.ids;
  }

  get awaiting(): readonly Awaiting[] {
    return this.#awaiting;
  }

  ask(question: Omit<Awaiting, "token" | "deadline">, deadlineMs: number | undefined): Awaiting {
    const earlier = this.#asked.get(question.path);
    const deadline = earlier?.deadline ?? (deadlineMs === undefined ? undefined : this.#clock.now() + deadlineMs);
    const asked: Awaiting = {
      token: earlier?.token ?? this.#ids.next(),
      ...question,
      ...(deadline === undefined ? {} : { deadline }),
    };
    this.#awaiting.push(asked);
    return asked;
  }

  withdraw(path: string): void {
    if (this.#awaiting.length === 0) return;
    this.#awaiting = this.#awaiting.filter((question) => !isWithin(question.path, path));
  }
}

/** Whether an answer would come too late. */
export function isOverdue({ deadline = Infinity }: Awaiting, clock: Pick<Clock, "now">): boolean {
  return clock.now() >= deadline;
}

/** Whether the deadline came after a moment, in milliseconds since the epoch. */
export function cameDue(question: Awaiting, after: number, clock: Pick<Clock, "now">): boolean {
  return isOverdue(question, clock) && !isOverdue(question, { now: () => after });
}
