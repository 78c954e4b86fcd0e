import { checkCount } from "../errors/check-option.ts";
import type { Pipeline, Step } from "../step/step.ts";
import { identity, loop, parallel, pipeline, step } from "../steps.ts";
import { pick } from "./pick.ts";

/** What the generator works from. The last two are undefined the first time. */
export interface Refinement<Input, Artifact, Feedback> {
  readonly input: Input;
  /** What the critic said of the last artifact. */
  readonly feedback: Feedback | undefined;
  /** The last artifact. */
  readonly previous: Artifact | undefined;
}

/** What the critic says of an artifact. */
export interface Verdict<Feedback> {
  readonly isComplete: boolean;
  readonly feedback?: Feedback | undefined;
}

/** What came of it: the last artifact, whether the critic was content, and what it said. */
export interface Refined<Artifact, Feedback> {
  readonly artifact: Artifact;
  readonly isComplete: boolean;
  readonly feedback: Feedback | undefined;
}

export interface RefineOptions<Input, Artifact, Feedback, GeneratorContext, CriticContext> {
  readonly generator: Step<Refinement<Input, Artifact, Feedback>, Artifact, GeneratorContext>;
  readonly critic: Step<Artifact, Verdict<Feedback>, CriticContext>;
  /** Most artifacts made. Whole, at least 1. */
  readonly maxRefinements: number;
}

/**
 * A generator and a critic in turn, until the critic is content or `maxRefinements` artifacts are made. Gives the last
 * artifact, and whether it is complete. An ordinary pipeline: a loop over the two, between two steps.
 *
 * @throws {@link InvalidOptionError} unless `maxRefinements` is a whole number from 1.
 */
export function refineUntil<Input, Artifact, Feedback, GeneratorContext, CriticContext>(
  name: string,
  options: RefineOptions<Input, Artifact, Feedback, GeneratorContext, CriticContext>,
): Pipeline<Input, Refined<Artifact, Feedback>, GeneratorContext & CriticContext> {
  type Round = Refinement<Input, Artifact, Feedback>;
  interface Made {
    readonly round: Round;
    readonly artifact: Artifact;
  }
  interface Judged {
    readonly made: Made;
    readonly verdict: Verdict<Feedback>;
  }
  const begin = step("begin", (input: Input): Round => ({ input, feedback: undefined, previous: undefined }));
  const generate: Step<Round, Made, GeneratorContext> = parallel("generate", {
    round: identity<Round>(),
    artifact: options.generator,
  });
  const criticise: Step<Made, Judged, CriticContext> = parallel("criticise", {
    made: identity<Made>(),
    verdict: pick<Made, "artifact">("artifact").pipe(options.critic),
  });
  const rounds = loop("rounds", {
    body: generate.pipe(criticise),
    until: ({ verdict }: Judged) => verdict.isComplete,
    next: ({ made, verdict }: Judged): Round => ({
      input: made.round.input,
      feedback: verdict.feedback,
      previous: made.artifact,
    }),
    maxIterations: checkCount("maxRefinements", options.maxRefinements, 1),
    onExhausted: "returnLast",
  });
  const end = step(
    "end",
    ({ made, verdict }: Judged): Refined<Artifact, Feedback> => ({
      artifact: made.artifact,
      isComplete: verdict.isComplete,
      feedback: verdict.feedback,
    }),
  );
  return pipeline(name, begin.pipe(rounds).pipe(end));
}
