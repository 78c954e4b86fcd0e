import { RecordedError, toStoredError } from "../errors/recorded-error.ts";
import type { ContextPatch } from "../protocols/context-manager.ts";
import type { Codec } from "../protocols/durable-engine.ts";
import type { Settled } from "../protocols/journal.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { Usage } from "../protocols/usage.ts";

/** What stands in the text: an outcome's error in the form in which errors are stored. */
interface Written {
  readonly status: Outcome["status"];
  readonly output?: unknown;
  readonly error?: StoredError;
  readonly redirect?: number;
  readonly patches: readonly ContextPatch[];
  readonly usage: Usage;
}

/** @param recordable - the outcome itself if it can be recorded as it is, else the failure that stands in its place */
export function settledCodec(serializer: Serializer, recordable: (outcome: Outcome) => Outcome): Codec<Settled> {
  return {
    encode: (settled) => {
      const outcome = recordable(settled.outcome);
      const { redirect, patches, usage } = settled;
      const written: Written = {
        status: outcome.status,
        ...(outcome.status === "completed" ? { output: outcome.output } : {}),
        ...(outcome.status === "failed"
          ? { error: toStoredError(outcome.error, (value) => serializer.stringify(value)) }
          : {}),
        ...(redirect === undefined ? {} : { redirect }),
        patches,
        usage,
      };
      const cancelled = outcome.status === "cancelled";
      return { text: serializer.stringify(written), stands: { ...settled, outcome }, cancelled };
    },
    decode: (text) => {
      const { status, output, error, redirect, patches, usage } = serializer.parse(text) as Written;
      return {
        outcome: outcomeOf(status, output, error),
        ...(redirect === undefined ? {} : { redirect }),
        patches,
        usage,
      };
    },
  };
}

function outcomeOf(status: Outcome["status"], output: unknown, error: StoredError | undefined): Outcome {
  switch (status) {
    case "completed":
      return { status, output };
    case "failed":
      return { status, error: new RecordedError(error as StoredError) };
    default:
      return { status };
  }
}
