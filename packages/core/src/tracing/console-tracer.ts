import type { UsageReport } from "@flujo/dsl";
import type { FlujoModule } from "../protocols/flujo-module.ts";
import type { RunEvent } from "../protocols/run-event.ts";
import { Telemetry } from "../protocols/telemetry.ts";

export interface ConsoleTracerOptions {
  /** Takes each line. Default: `console.error`, so that a program's own output stays clean. */
  readonly write?: (line: string) => void;
  /** Also shows where each step begins, what composites decide, what model calls cost, and `debug` logs. Default false. */
  readonly verbose?: boolean;
}

/** Writes what happens in each run to the console, one line an event. */
export function consoleTracer(options: ConsoleTracerOptions = {}): FlujoModule {
  const tracer = new ConsoleTracer(options);
  return (container) => {
    container.register(Telemetry, { useValue: tracer });
  };
}

class ConsoleTracer implements Telemetry {
  readonly #write: (line: string) => void;
  readonly #verbose: boolean;

  constructor({ write = console.error, verbose = false }: ConsoleTracerOptions) {
    this.#write = write;
    this.#verbose = verbose;
  }

  onEvent(event: RunEvent): void {
    const text = this.#describe(event);
    if (text !== undefined) this.#write(`${event.runId.slice(0, 8)} ${text}`);
  }

  #describe(event: RunEvent): string | undefined {
    switch (event.type) {
      case "run-start":
        return `${event.resumed ? "resume" : "run"} ${event.pipeline}`;
      case "run-pause":
        return `paused, waits for ${event.awaiting.map(({ path }) => path).join(", ")}`;
      case "run-interrupt":
        return `interrupted: ${event.error.message}`;
      case "run-end":
        return `${event.status} in ${ms(event.durationMs)}${event.error === undefined ? "" : `: ${event.error.message}`}`;
      case "step-start":
        return this.#verbose ? `  > ${event.path}` : undefined;
      case "step-decision":
        return this.#verbose ? `  ? ${event.path} ${event.decision}: ${JSON.stringify(event.value)}` : undefined;
      case "step-retry":
        return `  ~ ${event.path} attempt ${event.attempt} failed, next in ${ms(event.delayMs)}: ${event.error.message}`;
      case "step-end": {
        const note = event.replayed ? "recorded" : ms(event.durationMs);
        return `  ${MARKS[event.status]} ${event.path} ${note}${event.error === undefined ? "" : `: ${event.error.message}`}`;
      }
      case "step-usage":
        return this.#verbose ? `  $ ${event.path} ${priceOf(event.report)}` : undefined;
      case "step-log":
        return event.level === "debug" && !this.#verbose
          ? undefined
          : `  ${event.level} ${event.path}: ${event.message}`;
      case "circuit-change":
        return `  the circuit of ${event.resource} is ${event.to}, was ${event.from}`;
      case "load-change":
        return `  the load is ${event.to}, was ${event.from} (${event.cause})`;
      case "step-fan-out":
      case "step-chunk":
        return undefined;
    }
  }
}

function priceOf({ model = "a model", purpose = "step", costUsd, costPico, estimated }: UsageReport): string {
  const usd = costPico === undefined ? costUsd : Number(costPico) / 1e12;
  return `${model} for ${purpose}: ${usd === undefined ? "cost unknown" : `$${usd}`}${estimated ? ", estimated" : ""}`;
}

const MARKS = { completed: "+", failed: "x", paused: "…", cancelled: "-" } as const;

function ms(duration: number): string {
  return duration < 1_000 ? `${Math.round(duration)} ms` : `${(duration / 1_000).toFixed(1)} s`;
}
