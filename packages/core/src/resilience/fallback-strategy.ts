import type { FailedAttempt, Recovery, RecoveryStrategy } from "../protocols/recovery-strategies.ts";

/** What `withFallback` asks for. A fallback value may be `undefined` or `null`, like any output. */
export class FallbackStrategy implements RecoveryStrategy {
  readonly name = "fallback";

  recover({ step }: FailedAttempt): Recovery | undefined {
    const { fallback } = step.policies;
    if (fallback === undefined) return undefined;
    return fallback.type === "step" ? { action: "fallback" } : { action: "value", value: fallback.value };
  }
}
