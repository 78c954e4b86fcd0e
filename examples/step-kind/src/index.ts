export { type EnsembleOptions, ensemble } from "./ensemble/ensemble.ts";
export { EnsembleStep } from "./ensemble/ensemble-step.ts";
export { majority } from "./ensemble/majority.ts";
export { stepKinds } from "./module.ts";
export { QuorumError } from "./quorum/quorum-error.ts";
export { race } from "./race/race.ts";
export { RaceStep } from "./race/race-step.ts";
