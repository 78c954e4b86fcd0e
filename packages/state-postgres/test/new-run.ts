import type { NewRun } from "@flujo/core/protocols";

/** A run of no interest but for its id. */
export function newRun(runId: string): NewRun {
  return { runId, pipeline: "article", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 };
}
