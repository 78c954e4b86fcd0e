import { OrderedHookDispatcher } from "@flujo/core";
import { ConfigurationError, type Hook, type Logger, NO_USAGE } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

const PAUSE = { runId: "run", pipeline: "article", tags: {}, awaiting: [], usage: NO_USAGE };

const silent: Logger = { log: () => undefined };

function fail(): never {
  throw new Error("broken hook");
}

describe("OrderedHookDispatcher", () => {
  test.each([
    [null, "Hook 2 must be an object, but is null"],
    [class {}, "Hook 2 must be an object, but is function"],
    [{ name: "audit", onStepEnd: "log" }, 'The hook "audit" has an onStepEnd that is no function'],
    [{ onRunStart: null }, "Hook 2 has an onRunStart that is no function"],
  ])("refuses %o when it is made", (hook, message) => {
    const make = () => new OrderedHookDispatcher({ hooks: [{}, hook as Hook], logger: silent });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });

  test("names in its reports a hook that has a name, and counts the others", async () => {
    const messages: string[] = [];
    const logger: Logger = { log: (_level, message) => void messages.push(message) };
    const hooks: Hook[] = [{ onPause: fail }, { name: "audit", onPause: fail }, { onPause: fail }];
    await new OrderedHookDispatcher({ hooks, logger }).dispatch("onPause", PAUSE);
    expect(messages).toEqual([
      "Hook 1 threw in onPause; the run goes on",
      'The hook "audit" threw in onPause; the run goes on',
      "Hook 3 threw in onPause; the run goes on",
    ]);
  });

  test("goes by what a hook was when it was given", async () => {
    const calls: string[] = [];
    const hook: Hook = { onPause: () => void calls.push("as given") };
    const hooks = [hook];
    const dispatcher = new OrderedHookDispatcher({ hooks, logger: silent });
    hook.onPause = () => void calls.push("as changed");
    hook.onStepEnd = () => undefined;
    hooks.push({ onPause: () => void calls.push("as added") });
    await dispatcher.dispatch("onPause", PAUSE);
    expect([calls, dispatcher.listens("onStepEnd")]).toEqual([["as given"], false]);
  });
});
