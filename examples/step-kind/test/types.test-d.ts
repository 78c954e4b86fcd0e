import { Flujo } from "@flujo/core";
import { type ContextOf, type InputOf, type OutputOf, type Step, step, steps } from "@flujo/dsl";
import { ensemble, majority, race, stepKinds } from "@flujo/example-step-kind";
import { describe, expectTypeOf, test } from "vitest";

const s = steps<{ seen: string[] }>();
const words = step("words", (text: string) => text.split(" "));
const shout = s.step("shout", (text: string) => text.toUpperCase());
const either = race("either", { words, shout });

describe("race", () => {
  test("takes what all its branches take, gives what any of them gives, needs the context that all of them need", () => {
    expectTypeOf(either).toEqualTypeOf<Step<string, string | string[], { seen: string[] }>>();
    const narrow = race("narrow", {
      a: step("a", (input: { readonly id: number }) => input.id),
      b: step("b", (input: { readonly name: string }) => input.name),
    });
    expectTypeOf<InputOf<typeof narrow>>().toEqualTypeOf<{ readonly id: number } & { readonly name: string }>();
    expectTypeOf<OutputOf<typeof narrow>>().toEqualTypeOf<string | number>();
  });

  test("goes on only to what takes all that it can give", () => {
    expectTypeOf(either.pipe(step("size", (value: string | string[]) => value.length))).toExtend<
      Step<string, number, { seen: string[] }>
    >();
    // @ts-expect-error it may give a list of words
    either.pipe(step("trim", (text: string) => text.trim()));
  });

  test("takes steps only", () => {
    // @ts-expect-error a function is not a step
    race("wrong", { words, other: (text: string) => text });
  });

  test("can't be run without the context that a branch needs", () => {
    // @ts-expect-error a context is needed
    new Flujo(either, { modules: [stepKinds()] });
  });
});

describe("ensemble", () => {
  test("takes what its body takes and gives what its vote gives", () => {
    const longest = ensemble("longest", {
      body: shout,
      times: 3,
      vote: (ballots, { context }) => {
        expectTypeOf(ballots).toEqualTypeOf<readonly string[]>();
        expectTypeOf(context).toEqualTypeOf<Readonly<{ seen: string[] }>>();
        return ballots.map((ballot) => ballot.length);
      },
    });
    expectTypeOf(longest).toEqualTypeOf<Step<string, number[], { seen: string[] }>>();
  });

  test("waits for a vote that takes its time", () => {
    const voted = ensemble("voted", { body: words, times: 3, vote: async (ballots) => ballots.length });
    expectTypeOf<OutputOf<typeof voted>>().toEqualTypeOf<number>();
    expectTypeOf<ContextOf<typeof voted>>().toEqualTypeOf<unknown>();
  });

  test("has a vote on what its body gives", () => {
    expectTypeOf<OutputOf<ReturnType<typeof agreed>>>().toEqualTypeOf<string>();
    // @ts-expect-error a list of words can't be counted as one ballot
    ensemble("wrong", { body: words, times: 3, vote: majority });
  });
});

function agreed() {
  return ensemble("agreed", { body: shout, times: 3, vote: majority });
}
