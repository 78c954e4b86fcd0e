import { type ErrorCategory, FlujoError } from "@flujo/dsl";
import { SystemClock } from "../platform/system-clock.ts";
import type { Clock } from "../protocols/clock.ts";
import type { ErrorClass, ErrorClassifier, ErrorRule } from "../protocols/error-classifier.ts";
import type { Logger } from "../protocols/logger.ts";
import { categoryOfCode, categoryOfMessage, categoryOfName, categoryOfStatus } from "./category-evidence.ts";
import { type ErrorFields, errorChain, headersOf, statusOf } from "./error-chain.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Whether another try may help, where nobody says more than the category. */
const RETRYABLE: Readonly<Record<ErrorCategory, boolean>> = {
  transient: true,
  rateLimit: true,
  timeout: true,
  unknown: true,
  authentication: false,
  validation: false,
  resource: false,
  permanent: false,
  budget: false,
  cancelled: false,
};

const UNKNOWN: ErrorClass = Object.freeze({ category: "unknown", retryable: RETRYABLE.unknown });

export interface DefaultErrorClassifierOptions {
  /** Asked before all else, in this order. Default: none. */
  readonly rules?: readonly ErrorRule[];
  /** Tells how far off the date in a `Retry-After` is. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
  /** Told of rules that throw or say what makes no sense. Default: nobody is. */
  readonly logger?: Logger;
}

/**
 * Goes by what was meant for programs before what was meant for people: rules, the fields of Flujo's own errors, HTTP status, codes of
 * the system and of Node, names of error classes, and last the message, by whole words. Each is looked for through the whole
 * chain of causes before the next.
 */
export class DefaultErrorClassifier implements ErrorClassifier {
  readonly #rules: readonly ErrorRule[];
  readonly #clock: Pick<Clock, "now">;
  readonly #logger: Logger | undefined;

  constructor({ rules = [], clock = new SystemClock(), logger }: DefaultErrorClassifierOptions = {}) {
    this.#rules = rules;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Never throws: a rule that does is passed over. */
  classify(thrown: unknown): ErrorClass {
    const found = this.#inspect(thrown);
    for (const rule of this.#rules) {
      const said = this.#ask(rule, thrown);
      if (said === undefined) continue;
      const retryable = said.retryable ?? (said.category === undefined ? found.retryable : RETRYABLE[said.category]);
      return { ...found, ...said, retryable };
    }
    return found;
  }

  /** What `rule` says, without what it leaves open. */
  #ask(rule: ErrorRule, thrown: unknown): Partial<ErrorClass> | undefined {
    try {
      const said = rule.classify(thrown);
      if (said === undefined) return undefined;
      const { category, retryAfterMs: waitMs = 0 } = said;
      if ((category === undefined || Object.hasOwn(RETRYABLE, category)) && waitMs >= 0) {
        return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
      }
      this.#logger?.log("error", "An error rule says what makes no sense, and was passed over", said);
    } catch (error) {
      this.#logger?.log("error", "An error rule threw, and was passed over", error);
    }
    return undefined;
  }

  #inspect(thrown: unknown): ErrorClass {
    try {
      return this.#tell(typeof thrown === "string" ? { message: thrown } : thrown);
    } catch {
      // What was thrown doesn't let itself be looked at: a revoked proxy, a getter that throws.
      return UNKNOWN;
    }
  }

  #tell(thrown: unknown): ErrorClass {
    const chain = errorChain(thrown);
    const known = chain.find((error) => FlujoError.is(error));
    const statusCode = first(chain, statusOf);
    const waitMs = known?.retryAfterMs ?? this.#retryAfterMs(chain);
    return {
      ...(known === undefined ? judge(chain, statusCode) : { category: known.category, retryable: known.retryable }),
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
      ...(statusCode === undefined ? {} : { statusCode }),
    };
  }

  #retryAfterMs(chain: readonly ErrorFields[]): number | undefined {
    return first(chain.flatMap(headersOf), (headers) => retryAfterMs(headers, this.#clock.now()));
  }
}

function judge(chain: readonly ErrorFields[], statusCode: number | undefined): ErrorClass {
  // Who made the call knows its service's errors better than any table.
  const hint = first(chain, ({ isRetryable }) => (typeof isRetryable === "boolean" ? isRetryable : undefined));
  const refused = statusCode === undefined ? undefined : categoryOfStatus(statusCode);
  const category =
    (refused === "permanent" && hint === true ? "transient" : refused) ??
    first(chain, ({ code, name }) => categoryOfCode(code) ?? categoryOfName(name)) ??
    (hint === true ? "transient" : undefined) ??
    first(chain, ({ message }) => (typeof message === "string" ? categoryOfMessage(message) : undefined)) ??
    "unknown";
  return { category, retryable: hint ?? RETRYABLE[category] };
}

function first<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
