import type { WrongLink } from "./link.ts";
import type { AnyStep, ContextOf, InputOf, OutputOf } from "./step.ts";

/** `Steps` if each takes what the one before gives; else the same list with a {@link WrongLink} for each that does not. */
export type Linked<Steps extends readonly AnyStep[]> = Steps extends readonly [
  infer First extends AnyStep,
  ...infer Rest,
]
  ? LinkedAfter<Rest, OutputOf<First>, [First]>
  : readonly [];

type LinkedAfter<Rest extends readonly unknown[], Given, Done extends readonly unknown[]> = Rest extends readonly [
  infer Next extends AnyStep,
  ...infer Others,
]
  ? LinkedAfter<
      Others,
      OutputOf<Next>,
      [...Done, [Given] extends [InputOf<Next>] ? Next : WrongLink<Given, InputOf<Next>>]
    >
  : Done;

/** What the last of a list of steps gives. */
export type LastOutput<Steps extends readonly AnyStep[]> = Steps extends readonly [
  ...AnyStep[],
  infer Last extends AnyStep,
]
  ? OutputOf<Last>
  : never;

/** What all of a list or record of steps need of the context, together. */
export type ContextOfAll<Steps> = {
  [Key in keyof Steps]: Steps[Key] extends AnyStep ? (context: ContextOf<Steps[Key]>) => void : never;
}[keyof Steps & (Steps extends readonly unknown[] ? number : unknown)] extends (context: infer Context) => void
  ? Context
  : never;

/** What the steps around a deciding function must be able to take: its own input, or anything if it looks at none. */
export type Offered<Input> = unknown extends Input ? never : Input;

/** What a composite takes: its deciding function's input, or what all its steps can take if that looks at none. */
export type TakenBy<Input, Steps> = unknown extends Input ? InputOfAll<Steps> : Input;

/** What all steps of a record can take. */
export type InputOfAll<Steps> = {
  [Key in keyof Steps]: Steps[Key] extends AnyStep ? (input: InputOf<Steps[Key]>) => void : never;
}[keyof Steps] extends (input: infer Input) => void
  ? Input
  : never;
