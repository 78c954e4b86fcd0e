import type { StoredError, Usage } from "@flujo/core/protocols";

/** All of a stored error but where in the code it came from. */
export function errorText(stored: string): string {
  try {
    const { name, code, message, path } = JSON.parse(stored) as StoredError;
    return `${name} (${code})${path === undefined ? "" : ` at "${path}"`}: ${message}`;
  } catch {
    // A serializer of the user's writes something else: then all of it is compared.
    return stored;
  }
}

/** A usage in words that can be compared. */
export function usageText(usage: Usage | undefined): string {
  return JSON.stringify(usage, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)) ?? "none";
}

/** Runs of other ids are to be compared. */
export function anonymous(text: string | undefined, runId: string): string {
  return text === undefined ? "none" : text.replaceAll(runId, "RUN");
}
