import { human, type Step, type StepScope, steps } from "@flujo/dsl";
import { z } from "zod";

/** The context of every run: how often each step has left its note in it. */
export interface Notes {
  readonly notes: Record<string, number>;
}

/** Any step at all, so that kinds that take and give different things can stand in one table. */
export type AnyWork = Step<unknown, unknown, Notes>;

export const s = steps<Notes>();

/** One call of the work. */
export interface Call {
  readonly path: string;
  readonly input: unknown;
  readonly attempt: number;
  readonly feedback: string | undefined;
  /** Whether it reported what it used. */
  readonly paid: boolean;
}

/** What the work does once its call is booked and noted. Default: gives one more than it was given. */
export type Script = (call: Call, scope: StepScope<Notes>) => unknown;

/** What each call of the work uses. */
export const COST = { inputTokens: 2, outputTokens: 1, costPico: 10_000_000_000n } as const;

export function note(name: string, { update }: Pick<StepScope<Notes>, "update">): void {
  update(({ notes }) => {
    notes[name] = (notes[name] ?? 0) + 1;
  });
}

/** A step that does nothing but leave its note. */
export const noting = (name: string): AnyWork =>
  s.step(name, (value: unknown, scope) => {
    note(name, scope);
    return value;
  });

/** The work that a kind of step stands around, which takes every call down before it does what the script says. */
export class Work {
  readonly calls: Call[] = [];
  readonly #script: Script;
  readonly #unpaid: number | undefined;

  /** @param options.unpaid - which call uses nothing, from 1 */
  constructor(script: Script = one, { unpaid }: { readonly unpaid?: number } = {}) {
    this.#script = script;
    this.#unpaid = unpaid;
  }

  /** As a step that calls a function. */
  step(name: string): AnyWork {
    return s.step(name, (input: unknown, scope) => {
      const { path, attempt, feedback } = scope;
      const call = this.#called({ path, input, attempt, feedback, paid: this.calls.length + 1 !== this.#unpaid });
      if (call.paid) scope.reportUsage(COST);
      note("work", scope);
      return this.#script(call, scope);
    });
  }

  /** As a step that asks a person: what can do something in it is the function that makes the prompt. */
  question(name: string): AnyWork {
    return human(name, {
      schema: z.number(),
      prompt: async (input: unknown, scope) => {
        const call = this.#called({ path: scope.path, input, attempt: 1, feedback: undefined, paid: false });
        await this.#script(call, scope as StepScope<Notes>);
        return `${String(input)}?`;
      },
    }) as AnyWork;
  }

  #called(call: Call): Call {
    this.calls.push(call);
    return call;
  }
}

/** One more than it was given. */
export const one: Script = ({ input }) => (input as number) + 1;

/** Work that ends only when it is stopped. */
export const endless: Script = (_call, { signal }) =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
