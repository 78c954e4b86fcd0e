import { OrderedHookDispatcher } from "@flujo/core";
import { AbortRunError, type Hook, type HookDispatcher, type Logger } from "@flujo/core/protocols";
import type { HookDispatcherHarness } from "@flujo/testing";

interface Parts {
  readonly hooks: readonly Hook[];
  readonly logger: Logger;
}

/** Calls what a mutant makes of the hooks and the logger, in the way of the one that is right. */
function changed(change: (parts: Parts) => Partial<Parts>): HookDispatcherHarness["open"] {
  return (parts) => new OrderedHookDispatcher({ ...parts, ...change(parts) });
}

/** The dispatcher that is right, but for what a mutant does another way. */
function replacing(
  replace: (right: HookDispatcher, parts: Parts) => Partial<HookDispatcher>,
): HookDispatcherHarness["open"] {
  return (parts) => {
    const right = new OrderedHookDispatcher(parts);
    return {
      listens: (to) => right.listens(to),
      dispatch: (name, payload) => right.dispatch(name, payload),
      ...replace(right, parts),
    };
  };
}

/** Dispatchers that each break one promise, by the title (in part) of a test that has to notice. */
export const HOOK_DISPATCHERS: Readonly<Record<string, HookDispatcherHarness["open"]>> = {
  "in the order of registration": changed(({ hooks }) => ({ hooks: hooks.toReversed() })),

  "each once the one before is done": replacing((_, { hooks, logger }) => ({
    dispatch: async (name, payload) => {
      await Promise.all(
        hooks.map((hook) => new OrderedHookDispatcher({ hooks: [hook], logger }).dispatch(name, payload)),
      );
    },
  })),

  "gives the payload of onStepEnd": replacing((right) => ({
    dispatch: (name, payload) => right.dispatch(name, { ...payload }),
  })),

  "knows whether anybody listens": replacing(() => ({ listens: () => true })),

  "finds methods of a class": changed(({ hooks }) => ({ hooks: hooks.map((hook) => ({ ...hook })) })),

  "a hook that throws an error does not disturb": replacing((_, { hooks }) => ({
    dispatch: async (name, payload) => {
      for (const hook of hooks) await hook[name]?.(payload as never);
    },
  })),

  "a hook that rejects an error does not disturb, and is reported": changed(() => ({
    logger: { log: () => undefined },
  })),

  "what only looks like an abort": replacing((_, { hooks, logger }) => ({
    dispatch: async (name, payload) => {
      for (const hook of hooks) {
        try {
          await hook[name]?.(payload as never);
        } catch (thrown) {
          if ((thrown as { code?: unknown } | undefined)?.code === "run_aborted") throw thrown;
          logger.log("error", `${hook.name} threw in ${name}`, thrown);
        }
      }
    },
  })),

  "an abort that a hook throws comes out at once": replacing((_, { hooks, logger }) => ({
    dispatch: async (name, payload) => {
      for (const hook of hooks) {
        try {
          await hook[name]?.(payload as never);
        } catch (thrown) {
          if (thrown instanceof AbortRunError) throw thrown;
          logger.log("error", `${hook.name} threw in ${name}`, thrown);
        }
      }
    },
  })),

  "later hooks are not called": replacing((right, { hooks, logger }) => ({
    dispatch: async (name, payload) => {
      try {
        await right.dispatch(name, payload);
      } catch (abort) {
        await new OrderedHookDispatcher({ hooks: hooks.slice(-1), logger }).dispatch(name, payload);
        throw abort;
      }
    },
  })),

  "one that waits does not hold up another": replacing((right) => {
    let last = Promise.resolve();
    return {
      dispatch: (name, payload) => {
        last = last.then(() => right.dispatch(name, payload));
        return last;
      },
    };
  }),
};
