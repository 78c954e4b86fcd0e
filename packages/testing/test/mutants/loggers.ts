import type { Logger } from "@flujo/core/protocols";

class WrittenLogger implements Logger {
  written = "";

  log(level: string, message: string, detail?: unknown): void {
    this.written += `${level} ${message} ${this.show(detail)}\n`;
  }

  show(detail: unknown): string {
    return detail instanceof Error ? "an error" : typeof detail;
  }
}

/** Loggers that each break one promise, by the title (in part) of a test that has to notice. */
export const LOGGERS: Readonly<Record<string, new () => WrittenLogger>> = {
  "a detail that is a cycle": class extends WrittenLogger {
    override show(detail: unknown): string {
      return JSON.stringify(detail);
    }
  },

  "a detail that is a symbol": class extends WrittenLogger {
    override show(detail: unknown): string {
      return `${detail as string}`;
    }
  },

  "a detail that is an error without a stack": class extends WrittenLogger {
    override show(detail: unknown): string {
      return detail instanceof Error ? ((detail.stack as string).split("\n")[0] ?? "") : typeof detail;
    }
  },

  "lets people see what is told as warn": class extends WrittenLogger {
    override log(level: string, message: string): void {
      if (level === "error") super.log(level, message);
    }
  },

  "and the error with it": class extends WrittenLogger {},
};
