import { isWithin } from "../journal/path.ts";
import type { Clock } from "../protocols/clock.ts";
import type { IdGenerator } from "../protocols/id-generator.ts";
import type { Awaiting } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Signal } from "../protocols/state-backend.ts";
import type { Questions } from "./run-scope.ts";

/** The questions of one drive of a run. A question that was asked before keeps its token and its deadline. */
export class OpenQuestions implements Questions {
  readonly #answers: ReadonlyMap<string, Signal>;
  readonly #asked: ReadonlyMap<string, Awaiting>;
  readonly #serializer: Serializer;
  readonly #ids: IdGenerator;
  readonly #clock: Pick<Clock, "now">;
  #awaiting: Awaiting[] = [];

  constructor(
    asked: readonly Awaiting[],
    answers: readonly Signal[],
    parts: { readonly serializer: Serializer; readonly ids: IdGenerator; readonly clock: Pick<Clock, "now"> },
  ) {
    this.#asked = new Map(asked.map((question) => [question.path, question]));
    this.#clock = parts.clock;
    this.#answers = new Map(answers.map((answer) => [answer.path, answer]));
    this.#serializer = parts.serializer;
    this.#ids = parts.ids;
  }

  get awaiting(): readonly Awaiting[] {
    return this.#awaiting;
  }

  answer(path: string): { readonly value: unknown } | undefined {
    const signal = this.#answers.get(path);
    return signal === undefined ? undefined : { value: this.#serializer.parse(signal.value) };
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
