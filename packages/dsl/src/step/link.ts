import type { Step } from "./step.ts";

/**
 * Stands in the compiler's message where a step is given what it can't take. No step is ever one of these: missing its
 * one property takes a single line to say, where a difference deep inside two types would take many.
 */
export interface WrongLink<Given, Taken> {
  readonly "a step must take what it is given": { readonly given: Given; readonly taken: Taken };
}

/** Compared covariantly, and open only where the compiler can't say yes or no: so a generic `Step` keeps its variance. */
interface Giving<out Value> {
  readonly value: Value;
}

/**
 * The step that is wanted where `Given` comes in and the step passed takes `Taken`: any that takes `Given`, and a
 * {@link WrongLink} to be read in the message if this one doesn't.
 *
 * While the compiler looks for the types of a step written inline, `Taken` is still `never`. The wanted step
 * must take `Given` then too: that is how `pipe(step("x", (list) => …))` knows its `list`.
 */
export type StepAfter<Given, Taken, Output, Context> =
  Giving<Given> extends Giving<Taken> ? Step<Given, Output, Context> : StepUnlessWrong<Given, Taken, Output, Context>;

/**
 * `never` does not take `unknown`, so the step that takes `Taken` is never wanted: it is what the compiler infers
 * `Taken` from.
 *
 * In a generic function it may be open whether `Given` fits. To accept a step the compiler then asks for every branch
 * that can't be ruled out, and rules a branch out by trying the condition with `any`. Asked in this roundabout way,
 * that rules the `WrongLink` out, and what a type parameter extends decides, as it would without all this.
 */
type StepUnlessWrong<Given, Taken, Output, Context> = [Taken] extends [never]
  ? [unknown] extends [Taken]
    ? Step<Taken, Output, Context>
    : Step<Given, Output, Context>
  : [Giving<Given> extends Giving<Taken> ? "fits" : "wrong"] extends ["wrong"]
    ? WrongLink<Given, Taken>
    : Step<Given, Output, Context>;
