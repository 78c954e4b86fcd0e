import { FlujoError, type StoredError } from "@flujo/core/protocols";
import type { Paint } from "./paint.ts";
import { harmless } from "./text.ts";

/** Longest chain of causes that is shown. */
const MAX_CAUSES = 8;

/** What is shown of an error, whether it was thrown just now or read back from a state backend. */
export interface ErrorFacts {
  readonly name: string;
  /** Absent for errors that are not Flujo's. */
  readonly code?: string;
  readonly category?: string;
  readonly path?: string;
  readonly message: string;
  readonly cause?: ErrorFacts;
}

export function errorFacts(error: unknown, depth = 0): ErrorFacts {
  const { name, message, cause } =
    error instanceof Error ? error : { name: "Error", message: String(error), cause: undefined };
  // An error that was read back bears the code `error` if it was not Flujo's to begin with.
  const known = FlujoError.is(error) && error.code !== "error" ? error : undefined;
  return {
    name,
    ...(known === undefined ? {} : { code: known.code, category: known.category }),
    ...(known?.path === undefined ? {} : { path: known.path }),
    message,
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorFacts(cause, depth + 1) }),
  };
}

/** The same for an error that was read back. An error that was not Flujo's is stored under the code `error`. */
export function storedErrorFacts({ name, code, category, path, message, cause }: StoredError): ErrorFacts {
  return {
    name,
    ...(code === "error" ? {} : { code, category }),
    ...(path === undefined ? {} : { path }),
    message,
    ...(cause === undefined ? {} : { cause: storedErrorFacts(cause) }),
  };
}

/** An error for people: what, where and why, then one line a cause. */
export function formatError(error: ErrorFacts, paint: Paint): string[] {
  const title = `${error.code ?? error.name}${error.path === undefined ? "" : ` at ${error.path}`}`;
  // Of wrong use the message says all.
  const said = error.code === "usage" ? "" : `${paint("bold", title)}: `;
  const lines = [`${paint("red", "✗")} ${said}${harmless(error.message)}`];
  let above = error.message;
  for (let { cause } = error; cause !== undefined; { cause } = cause) {
    // A step's failure bears the message of what was thrown: once is enough.
    if (cause.message !== above || cause.name !== "Error") {
      lines.push(`  ${paint("dim", "caused by")} ${cause.name}: ${harmless(cause.message)}`);
    }
    above = cause.message;
  }
  return lines;
}
