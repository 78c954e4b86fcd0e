export type { Answers } from "./answers.ts";
export type { CrashTestOptions, PipelineUnderTest, RunUnderTest } from "./crash-options.ts";
export { type CrashFinding, type CrashReport, CrashTestError } from "./crash-report.ts";
export { crashTest } from "./crash-test.ts";
export type { EffectSource, Effects } from "./effects.ts";
export type { Problem, ProblemKind } from "./problem.ts";
