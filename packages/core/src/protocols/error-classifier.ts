import type { ErrorCategory } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** What can be told of something that was thrown. */
export interface ErrorClass {
  readonly category: ErrorCategory;
  /** Whether a second attempt at the same work may succeed. */
  readonly retryable: boolean;
  /** How long whoever answered asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Status of the HTTP answer that it tells of, if it does. */
  readonly statusCode?: number;
}

/** Tells what kind of trouble something is that was thrown in a step: any value, from any library. */
export interface ErrorClassifier {
  classify(thrown: unknown): ErrorClass;
}

export const ErrorClassifier: ServiceToken<ErrorClassifier> = token<ErrorClassifier>("ErrorClassifier");

/**
 * A rule of your own for what the services that you call throw. Any number may be registered; they are asked before all
 * else, in the order of registration, and the first that knows the error decides what it says; the rest is told as usual.
 */
export interface ErrorRule {
  /** `undefined`: this rule does not know the error. */
  classify(thrown: unknown): Partial<ErrorClass> | undefined;
}

export const ErrorRule: ServiceToken<ErrorRule> = token<ErrorRule>("ErrorRule");
