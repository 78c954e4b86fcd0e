import { type ServiceToken, token } from "./token.ts";

/** Where the engine tells of what goes wrong beside the runs: a hook that throws, a watcher that throws. */
export interface Logger {
  /** Must not throw. @param detail - the error, or what else there is to it */
  log(level: "debug" | "info" | "warn" | "error", message: string, detail?: unknown): void;
}

export const Logger: ServiceToken<Logger> = token<Logger>("Logger");
