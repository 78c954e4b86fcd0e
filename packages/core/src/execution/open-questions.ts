import { isWithin } from "../journal/path.ts";
import type { IdGenerator } from "../protocols/id-generator.ts";
import type { Awaiting } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Signal } from "../protocols/state-backend.ts";
import type { Questions } from "./run-scope.ts";

/** The questions of one drive of a run. A question that was asked before keeps its token. */
export class OpenQuestions implements Questions {
  readonly #answers: ReadonlyMap<string, Signal>;
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #serializer: Serializer;
  readonly #ids: IdGenerator;
  #awaiting: Awaiting[] = [];

  constructor(
    asked: readonly Awaiting[],
    answers: readonly Signal[],
    parts: { readonly serializer: Serializer; readonly ids: IdGenerator },
  ) {
    this.#tokens = new Map(asked.map(({ path, token }) => [path, token]));
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

  ask(question: Omit<Awaiting, "token">): void {
    this.#awaiting.push({ token: this.#tokens.get(question.path) ?? this.#ids.next(), ...question });
  }

  withdraw(path: string): void {
    if (this.#awaiting.length === 0) return;
    this.#awaiting = this.#awaiting.filter((question) => !isWithin(question.path, path));
  }
}
