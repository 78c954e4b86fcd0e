import { inspect } from "node:util";
import type { Logger } from "../protocols/logger.ts";

const CODES = { warn: "FLUJO_WARN", error: "FLUJO_ERROR" } as const;

/**
 * Makes process warnings of what is worth one (`warn` as `FLUJO_WARN`, `error` as `FLUJO_ERROR`): shown on the error
 * output, given to listeners of `process.on("warning")`, silenced by `--no-warnings`. `info` and `debug` go nowhere.
 */
export class WarningLogger implements Logger {
  log(level: "debug" | "info" | "warn" | "error", message: string, detail?: unknown): void {
    if (level !== "warn" && level !== "error") return;
    process.emitWarning(message, {
      type: "FlujoWarning",
      code: CODES[level],
      ...(detail === undefined ? {} : { detail: show(detail) }),
    });
  }
}

function show(detail: unknown): string {
  try {
    return typeof detail === "string" ? detail : inspect(detail);
  } catch {
    // It may bring code of its own for being shown, and that may throw.
    return "(its detail can't be shown)";
  }
}
