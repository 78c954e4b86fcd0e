import { Flujo } from "@flujo/core";
import { type AnyStep, pipeline, type Step } from "@flujo/dsl";
import { type RecordingScope, recordingScope } from "./scope.ts";

type Given = Pick<RecordingScope<unknown>, "context" | "signal" | "reports" | "warnings">;

/** Runs an agent inside a step `desk`, and writes down in `given` what it did. Throws what it fails with, or why it was stopped. */
export async function runAlone(agent: AnyStep, input: unknown, given: Given = recordingScope()): Promise<unknown> {
  const { context, signal, reports, warnings } = given;
  const desk = pipeline("all", pipeline("desk", agent as Step<unknown, unknown>));
  await using flujo = new Flujo<unknown, unknown, object>(desk, { context: (context ?? {}) as object });
  const handle = flujo.start(input, { signal });
  for await (const event of handle) {
    if (event.type === "step-usage") reports.push(event.report);
    if (event.type === "step-log" && event.level === "warn") {
      warnings.push({ message: event.message, data: event.data });
    }
  }
  const result = await handle.result;
  switch (result.status) {
    case "completed":
      return result.output;
    case "failed":
      throw result.error;
    case "cancelled":
      throw result.reason;
    case "paused":
      throw new Error("the run was paused");
  }
}
