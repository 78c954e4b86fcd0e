import { appendFileSync } from "node:fs";
import { type FlujoModule, type ServiceToken, token } from "@flujo/core/protocols";
import type { MaybePromise, StepScope } from "@flujo/dsl";

/** Notes which steps really worked, apart from everything that the engine keeps. */
export interface WorkLog {
  begin(path: string): void;
  end(path: string): void;
}

export const WorkLog: ServiceToken<WorkLog> = token<WorkLog>("example/WorkLog");

/** Notes nothing, or appends a line for each beginning and end to `file`, on disk before the step goes on. */
export function workLog(file: string | undefined): FlujoModule {
  const note = (word: string) => (path: string) => {
    if (file !== undefined) appendFileSync(file, `${word} ${path}\n`);
  };
  return (container) => container.register<WorkLog>(WorkLog, { useValue: { begin: note("begin"), end: note("end") } });
}

/** A step's function that notes when it begins and when it has ended well. */
export function logged<Input, Output, Context>(
  run: (input: Input, scope: StepScope<Context>) => MaybePromise<Output>,
): (input: Input, scope: StepScope<Context>) => Promise<Output> {
  return async (input, scope) => {
    const log = scope.resolve(WorkLog);
    log.begin(scope.path);
    const output = await run(input, scope);
    log.end(scope.path);
    return output;
  };
}

/** An agent's prompt that notes when the agent begins; its end is the model's. */
export function announced<Input, Context>(
  prompt: (input: Input, scope: StepScope<Context>) => string,
): (input: Input, scope: StepScope<Context>) => string {
  return (input, scope) => {
    scope.resolve(WorkLog).begin(scope.path);
    return prompt(input, scope);
  };
}
