import { EXIT } from "../exit-code.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Until it is disposed of, the first SIGINT or SIGTERM calls `interrupt`, and a second one exits at once:
 * what is recorded by then stays recorded.
 */
export function interruptOnSignals(interrupt: (signal: string) => void): Disposable {
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    interrupt(signal);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
