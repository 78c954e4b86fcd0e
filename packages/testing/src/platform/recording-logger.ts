import type { Logger } from "@flujo/core/protocols";

/** What a logger was told once. */
export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly detail: unknown;
}

/** A logger that keeps what it is told, for tests to look at. */
export class RecordingLogger implements Logger {
  /** In the order in which they came. */
  readonly entries: LogEntry[] = [];

  log(level: LogEntry["level"], message: string, detail?: unknown): void {
    this.entries.push({ level, message, detail });
  }
}
