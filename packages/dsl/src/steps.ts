import { type CaseKey, type ChooseCase, ConditionalStep, type CoverEveryKey } from "./composites/conditional-step.ts";
import type { FailureMode } from "./composites/fan-out.ts";
import { type HumanOptions, HumanStep } from "./composites/human-step.ts";
import { type LoopOptions, LoopStep } from "./composites/loop-step.ts";
import { type MapOptions, type MapOutput, MapStep } from "./composites/map-step.ts";
import { type NestedOptions, NestedStep } from "./composites/nested-step.ts";
import { type ParallelOptions, type ParallelOutput, ParallelStep } from "./composites/parallel-step.ts";
import { type HaveEveryRoute, type RouterOutput, RouterStep, type SelectRoutes } from "./composites/router-step.ts";
import { type StateMachineOptions, StateMachineStep } from "./composites/state-machine-step.ts";
import type { UnseenKey } from "./composites/unseen-key.ts";
import { checkFunction } from "./errors/check-option.ts";
import type { ContextOfAll, InputOfAll, LastOutput, Linked, Offered, TakenBy } from "./step/chain.ts";
import { FunctionStep, type MaybePromise, type StepOptions } from "./step/function-step.ts";
import {
  type AnyStep,
  type ContextOf,
  IdentityStep,
  type InputOf,
  type OutputOf,
  type Pipeline,
  type Step,
  sequence,
} from "./step/step.ts";
import type { StepScope } from "./step/step-scope.ts";

/**
 * The functions that make steps, for steps that share a typed context.
 *
 * They give a `Step` rather than the kind's own class: two `Step`s are compared by their type arguments, a
 * subclass and a `Step` member by member, which made a chain of steps four times as dear to check.
 */
export interface Steps<Context> {
  /** A step that runs a function: `step("words", (text: string) => text.split(" ").length)`. */
  step: {
    <Input, Output>(
      name: string,
      run: (input: Input, scope: StepScope<Context>) => MaybePromise<Output>,
    ): Step<Input, Output, Context>;
    <Received, Output = never, Input = Received, Returned = Output>(
      options: StepOptions<Input, Received, Returned, Output, Context>,
    ): Step<Input, [Output] extends [never] ? Returned : Output, Context>;
  };

  /** Named steps one after another. Where it stands inside another pipeline its name is part of the path. */
  pipeline: <const List extends readonly [AnyStep, ...AnyStep[]]>(
    name: string,
    ...steps: List extends Linked<List> ? List : Linked<List>
  ) => Pipeline<InputOf<List[0]>, LastOutput<List>, ContextOfAll<List>>;

  /** Branches on the same input at the same time; gives an object with one property a branch. */
  parallel: <const Branches extends Readonly<Record<string, AnyStep>>, Mode extends FailureMode = "failFast">(
    name: string,
    branches: Branches,
    options?: ParallelOptions<Mode, ContextOfAll<Branches> & Context>,
  ) => Step<InputOfAll<Branches>, ParallelOutput<Branches, Mode>, ContextOfAll<Branches>>;

  /**
   * One of several cases, chosen by `on`. `cases` must have one for every key that `on` can return,
   * or `otherwise` must be there.
   */
  branch: <
    Input,
    Key extends CaseKey | UnseenKey,
    const Cases extends Readonly<Record<string, Step<Offered<Input>, unknown, never>>>,
    Otherwise extends Step<Offered<Input>, unknown, never> | undefined = undefined,
  >(
    name: string,
    options: {
      readonly on: ChooseCase<Input, Key, Context>;
      readonly cases: Cases;
      readonly otherwise?: Otherwise;
    } & CoverEveryKey<NoInfer<Input>, Key, Cases, Otherwise>,
  ) => Step<
    TakenBy<Input, Otherwise extends AnyStep ? Cases & { readonly otherwise: Otherwise } : Cases>,
    OutputOf<Cases[keyof Cases]> | (Otherwise extends AnyStep ? OutputOf<Otherwise> : never),
    Context & ContextOfAll<Cases> & (Otherwise extends AnyStep ? ContextOf<Otherwise> : unknown)
  >;

  /** A body again and again, each time on what it last gave, until `until` says so. */
  loop: <Input, Output, BodyContext>(
    name: string,
    options: LoopOptions<Input, Output, Context, BodyContext>,
  ) => Step<Input, Output, Context & BodyContext>;

  /** A body on each item of a list, several at a time; results in the order of the items. */
  map: <Item, Output, BodyContext, Mode extends FailureMode = "failFast">(
    name: string,
    body: Step<Item, Output, BodyContext>,
    options?: MapOptions<Mode, BodyContext & Context>,
  ) => Step<readonly Item[], MapOutput<Output, Mode>, BodyContext>;

  /** Those of several routes that `select` names, at the same time, on the same input; gives a property for each taken. */
  router: <
    Input,
    const Routes extends Readonly<Record<string, Step<Offered<Input>, unknown, never>>>,
    const Name extends string | UnseenKey,
    Mode extends FailureMode = "failFast",
  >(
    name: string,
    options: {
      readonly select: SelectRoutes<Input, Name, Context>;
      readonly routes: Routes;
    } & HaveEveryRoute<NoInfer<Input>, Name, Routes> &
      ParallelOptions<Mode, ContextOfAll<Routes> & Context>,
  ) => Step<TakenBy<Input, Routes>, RouterOutput<Routes, Name, Mode>, Context & ContextOfAll<Routes>>;

  /** States one after another, each leading to one that can take what it gives, until a final one has run. */
  stateMachine: <
    const States extends Readonly<Record<string, AnyStep>>,
    const Start extends keyof States & string,
    const Final extends keyof States & string,
  >(
    name: string,
    options: StateMachineOptions<States, Start, Final, Context>,
  ) => Step<InputOf<States[Start]>, OutputOf<States[Final]>, Context & ContextOfAll<States>>;

  /** A step whose context is another than the run's: `into` makes it, `back` brings its changes back. */
  nested: <Input, Output, Inner>(
    name: string,
    body: Step<Input, Output, Inner>,
    options: NestedOptions<Context, Inner>,
  ) => Step<Input, Output, Context>;

  /** Looks at what passes, and passes it on. */
  tap: <Value>(
    name: string,
    look: (value: Value, scope: StepScope<Context>) => MaybePromise<unknown>,
  ) => Step<Value, Value, Context>;

  /** A question to a person: the run pauses until it is answered, and the step gives the answer. */
  human: <Input, Output>(name: string, options: HumanOptions<Input, Output, Context>) => Step<Input, Output, Context>;

  /** Gives what it takes. The unit of `pipe`: it vanishes beside other steps. */
  identity: <Value>() => Step<Value, Value>;
}

// Each is a constant of its own: bundlers can tell that nothing comes of leaving one out, which they can't of the properties of an object.

export const step = ((
  nameOrOptions: string | StepOptions<never, never, unknown, unknown, never>,
  run?: FunctionStep<never, unknown, never>["run"],
) =>
  new FunctionStep(
    typeof nameOrOptions === "string"
      ? { name: nameOrOptions, run: run as FunctionStep<never, unknown, never>["run"] }
      : nameOrOptions,
  )) as unknown as Steps<unknown>["step"];

export const pipeline = ((name: string, ...steps: AnyStep[]) =>
  sequence(name, steps)) as unknown as Steps<unknown>["pipeline"];

export const parallel = ((
  name: string,
  branches: Record<string, AnyStep>,
  options?: ParallelOptions<FailureMode, never>,
) => new ParallelStep(name, branches, options)) as unknown as Steps<unknown>["parallel"];

export const branch = ((name: string, options: ConstructorParameters<typeof ConditionalStep>[1]) =>
  new ConditionalStep(name, options)) as unknown as Steps<unknown>["branch"];

export const loop = ((name: string, options: ConstructorParameters<typeof LoopStep>[1]) =>
  new LoopStep(name, options)) as unknown as Steps<unknown>["loop"];

export const map = ((name: string, body: AnyStep, options?: MapOptions<FailureMode, never>) =>
  new MapStep(name, body, options)) as unknown as Steps<unknown>["map"];

export const router = ((name: string, options: ConstructorParameters<typeof RouterStep>[1]) =>
  new RouterStep(name, options)) as unknown as Steps<unknown>["router"];

export const stateMachine = ((name: string, options: ConstructorParameters<typeof StateMachineStep>[1]) =>
  new StateMachineStep(name, options)) as unknown as Steps<unknown>["stateMachine"];

export const nested = ((name: string, body: AnyStep, options: NestedOptions<never, never>) =>
  new NestedStep(name, body, options)) as unknown as Steps<unknown>["nested"];

export const tap = ((name: string, look: (value: never, scope: StepScope<never>) => unknown) => {
  checkFunction(`look of tap "${name}"`, look);
  return new FunctionStep({
    name,
    run: async (value: never, scope: StepScope<never>) => {
      await look(value, scope);
      return value;
    },
  });
}) as unknown as Steps<unknown>["tap"];

export const human = ((name: string, options: HumanOptions<never, unknown, never>) =>
  new HumanStep(name, options)) as unknown as Steps<unknown>["human"];

export const identity = (() => new IdentityStep()) as unknown as Steps<unknown>["identity"];

const factories: Steps<unknown> = {
  step,
  pipeline,
  parallel,
  branch,
  loop,
  map,
  router,
  stateMachine,
  nested,
  tap,
  human,
  identity,
};

/**
 * The factories of this package for steps that share a context: `const s = steps<{ seen: string[] }>()`,
 * then `s.step(…)`. A pipeline of such steps can only be run with a context that fits them all.
 */
export function steps<Context>(): Steps<Context> {
  // The factories are the same for every context: its type is known to the compiler only.
  return factories as unknown as Steps<Context>;
}
