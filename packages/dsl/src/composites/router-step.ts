import { checkChoice, checkCount, checkFunction } from "../errors/check-option.ts";
import type { Offered } from "../step/chain.ts";
import type { MaybePromise } from "../step/function-step.ts";
import { type AnyStep, type OutputOf, Step, type StepChild, type StepFinding, type StepShape } from "../step/step.ts";
import type { DecisionScope } from "../step/step-scope.ts";
import { checkMerge, type FailureMode, fanOutNotes, type MergeStrategy, mergeDetails } from "./fan-out.ts";
import { checkBranches, type ParallelOptions } from "./parallel-step.ts";
import type { UnseenKey } from "./unseen-key.ts";

/** Names the routes to take. A name given twice counts once; none is fine, and gives `{}`. */
export type SelectRoutes<Input, Name extends string | UnseenKey, Context> = (
  input: Input,
  scope: DecisionScope<Context>,
) => MaybePromise<readonly Name[]>;

/** What is missing of `routes` so that every name that `select` can return is one, once the compiler has looked at it. */
export type HaveEveryRoute<Input, Name extends string | UnseenKey, Routes> = [UnseenKey] extends [Name]
  ? unknown
  : [Name] extends [keyof Routes]
    ? unknown
    : {
        readonly routes: string extends Name
          ? { readonly "select must name routes, and not just strings": AnyStep }
          : { readonly [Missing in Exclude<Name & string, keyof Routes>]: Step<Offered<Input>, unknown, never> };
      };

/** What `router` gives: a property for each route that was taken. */
export type RouterOutput<Routes, Name, Mode extends FailureMode> = Mode extends "collect"
  ? {
      -readonly [Route in keyof Routes as Route extends Name ? Route : never]?: Routes[Route] extends AnyStep
        ? PromiseSettledResult<OutputOf<Routes[Route]>>
        : never;
    }
  : {
      -readonly [Route in keyof Routes as Route extends Name ? Route : never]?: Routes[Route] extends AnyStep
        ? OutputOf<Routes[Route]>
        : never;
    };

/** Runs those of several routes that a function of the input selects, at the same time, on the same input. */
export class RouterStep<in Input, out Output, in Context = unknown> extends Step<Input, Output, Context> {
  readonly kind = "router";
  readonly select: SelectRoutes<never, string, never>;
  readonly routes: Readonly<Record<string, AnyStep>>;
  readonly onFailure: FailureMode;
  readonly merge: MergeStrategy<never>;
  readonly concurrency: number;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used. */
  constructor(
    name: string,
    options: {
      readonly select: SelectRoutes<never, string, never>;
      readonly routes: Readonly<Record<string, AnyStep>>;
    } & ParallelOptions<FailureMode, never>,
  ) {
    super(name);
    this.select = checkFunction(`select of router "${name}"`, options.select);
    this.routes = Object.freeze(checkBranches(name, options.routes));
    this.onFailure = checkChoice("onFailure", options.onFailure ?? "failFast", ["failFast", "collect"]);
    this.merge = checkMerge(options.merge);
    this.concurrency = checkCount("concurrency", options.concurrency ?? Infinity, 1, true);
    if (new.target === RouterStep) Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return Object.entries(this.routes).map(([label, step]) => ({ role: "branch", label, step }));
  }

  override details(): Readonly<Record<string, unknown>> {
    return { onFailure: this.onFailure, ...mergeDetails(this.merge, Object.keys(this.routes)) };
  }

  override findings(): readonly StepFinding[] {
    if (Object.keys(this.routes).length > 0) return [];
    return [
      {
        rule: "FLJ002",
        severity: "error",
        message: `router "${this.name}" has no routes`,
        fix: "give it at least one route",
      },
    ];
  }

  override get shape(): StepShape {
    return "diamond";
  }

  override notes(): readonly string[] {
    return [...(this.concurrency === Infinity ? [] : [`${this.concurrency} at a time`]), ...fanOutNotes(this)];
  }
}
