import { DefaultErrorClassifier } from "@flujo/core";
import type { Clock, ErrorClass, ErrorClassifier, ErrorRule } from "@flujo/core/protocols";

type Open = (rules: readonly ErrorRule[], clock: Clock) => ErrorClassifier;

/** A classifier that is told something else than what was thrown. */
function seeing(change: (thrown: unknown) => unknown): Open {
  return (rules, clock) => {
    const inner = new DefaultErrorClassifier({ rules, clock });
    return { classify: (thrown) => inner.classify(change(thrown)) };
  };
}

/** A classifier that says something else than it found. */
function saying(change: (told: ErrorClass, thrown: unknown) => ErrorClass): Open {
  return (rules, clock) => {
    const inner = new DefaultErrorClassifier({ rules, clock });
    return { classify: (thrown) => change(inner.classify(thrown), thrown) };
  };
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Without what is below it; a copy can't keep what kind of error it was. */
function withoutCause(thrown: unknown): unknown {
  if (thrown instanceof Error && thrown.cause !== undefined) {
    const { name, message } = thrown;
    return { name, message };
  }
  return thrown;
}

/** Classifiers that each break one promise, by the title (in part) of a test that has to notice. */
export const ERROR_CLASSIFIERS: Readonly<Record<string, Open>> = {
  "429 is rateLimit": saying((told) => (told.statusCode === 429 ? { ...told, category: "transient" } : told)),
  "the status is found below what wraps it": seeing(withoutCause),
  "what is no status is taken for none": seeing((thrown) => {
    const status = Number((thrown as { status?: unknown } | undefined)?.status);
    return status === 429 ? { status } : thrown;
  }),
  "it counts more than a name or a message": saying((told, thrown) =>
    messageOf(thrown) === "too many requests" ? { ...told, category: "rateLimit" } : told,
  ),
  "in seconds, wherever the header fields are": saying((told) =>
    told.retryAfterMs === undefined ? told : { ...told, retryAfterMs: told.retryAfterMs / 1_000 },
  ),
  "as a date, from now on": (rules) => new DefaultErrorClassifier({ rules, clock: { now: () => 0 } }),
  "below what wraps it": seeing(withoutCause),
  "an abort is cancelled": saying((told) => (told.category === "cancelled" ? { ...told, category: "timeout" } : told)),
  "what a provider says of another try": seeing((thrown) => {
    const { statusCode } = Object(thrown) as { statusCode?: unknown };
    return statusCode === undefined ? thrown : { statusCode };
  }),

  // What the original did: parts of words, anywhere.
  "proves nothing": saying((told, thrown) => {
    const message = messageOf(thrown);
    const found = /token|auth|format|limit/.test(message);
    return found && told.category === "unknown" ? { category: "authentication", retryable: false } : told;
  }),

  "a code counts more, also a cause's": saying((told, thrown) =>
    messageOf(thrown) === "rate limit" ? { category: "rateLimit", retryable: true } : told,
  ),
  "is what it says it is": seeing((thrown) => (thrown instanceof Error ? { message: thrown.message } : thrown)),
  "count more than anything": (rules, clock) => {
    const [inner, plain] = [new DefaultErrorClassifier({ rules, clock }), new DefaultErrorClassifier({ clock })];
    return {
      classify: (thrown) => (plain.classify(thrown).category === "unknown" ? inner : plain).classify(thrown),
    };
  },
  "are asked in order": (rules, clock) => new DefaultErrorClassifier({ rules: rules.toReversed(), clock }),
  "leave the rest to be told as usual": saying(({ category, retryable }) => ({ category, retryable })),
  "that throw, or say what makes no sense": (rules, clock) => ({
    classify: (thrown) => {
      for (const rule of rules) {
        const said = rule.classify(thrown);
        if (said !== undefined) return { category: "unknown", retryable: true, ...said };
      }
      return new DefaultErrorClassifier({ clock }).classify(thrown);
    },
  }),
  "is told of, however strange": saying((told, thrown) => {
    const { status } = Object(thrown) as { status?: unknown };
    return status === 1 ? { ...told, retryable: false } : told;
  }),
};
