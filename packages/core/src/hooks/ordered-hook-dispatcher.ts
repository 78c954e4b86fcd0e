import { FlujoError } from "@flujo/dsl";
import { ConfigurationError } from "../protocols/errors/configuration-error.ts";
import type { Hook, HookPayloads } from "../protocols/hook.ts";
import type { HookDispatcher } from "../protocols/hook-dispatcher.ts";
import type { Logger } from "../protocols/logger.ts";

type HookName = keyof HookPayloads;

const NAMES: readonly HookName[] = ["onRunStart", "onRunEnd", "onPause", "onStepStart", "onStepEnd", "onStepFailure"];

/** One method of one hook. */
interface Listener {
  /** Of the hook, for reports. */
  readonly name: string;
  readonly call: (payload: unknown) => unknown;
}

/**
 * Calls hooks one after another, in the order in which they were given, and waits for each. What hooks listen to is
 * looked at once: methods that are put on or taken off later change nothing.
 */
export class OrderedHookDispatcher implements HookDispatcher {
  readonly #listeners: ReadonlyMap<HookName, readonly Listener[]>;
  readonly #logger: Logger;

  /** @throws {@link ConfigurationError} for a hook that is no object, and for a method of one that is no function. */
  constructor({ hooks, logger }: { readonly hooks: readonly Hook[]; readonly logger: Logger }) {
    const names = hooks.map(nameOf);
    const listeners = NAMES.map((event) => [event, hooks.flatMap((hook, index) => listen(hook, event, names[index]))]);
    this.#listeners = new Map(listeners as [HookName, Listener[]][]);
    this.#logger = logger;
  }

  listens(to: HookName): boolean {
    return (this.#listeners.get(to)?.length ?? 0) > 0;
  }

  async dispatch<Name extends HookName>(event: Name, payload: HookPayloads[Name]): Promise<void> {
    for (const { name, call } of this.#listeners.get(event) ?? []) {
      try {
        await call(payload);
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        this.#logger.log("error", `${name} threw in ${event}; the run goes on`, thrown);
      }
    }
  }
}

function nameOf(hook: Hook, index: number): string {
  if (typeof hook !== "object" || hook === null) {
    throw new ConfigurationError(`Hook ${index + 1} must be an object, but is ${hook === null ? "null" : typeof hook}`);
  }
  return hook.name === undefined ? `Hook ${index + 1}` : `The hook "${hook.name}"`;
}

function listen(hook: Hook, event: HookName, name = ""): readonly Listener[] {
  const method: unknown = hook[event];
  if (method === undefined) return [];
  if (typeof method !== "function") {
    throw new ConfigurationError(`${name} has an ${event} that is no function`);
  }
  return [{ name, call: (payload) => method.call(hook, payload) }];
}

/** Whether this is an `AbortRunError`, perhaps of another copy of this package. */
function isAbort(thrown: unknown): boolean {
  return FlujoError.is(thrown) && thrown.code === "run_aborted";
}
