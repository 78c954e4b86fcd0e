import type { StepHandler, StepHandlerRegistry } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../contract/hostile-texts.ts";

/** How the suite gets at the registry under test. */
export interface StepHandlerRegistryHarness {
  /** Of the registry, as the suite's title shows it. */
  readonly name: string;
  /** One that has these handlers, registered in this order. */
  readonly open: (handlers: readonly StepHandler[]) => StepHandlerRegistry | Promise<StepHandlerRegistry>;
}

function handlerOf(kind: string): StepHandler {
  // A handler is for steps of its own kind, which types say of kinds that they know.
  return { kind, handle: async () => ({ status: "cancelled" }) } as StepHandler;
}

/** What an object has that nobody put there. */
const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty"];

/** The contract of {@link StepHandlerRegistry} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeStepHandlerRegistry({ name, open }: StepHandlerRegistryHarness): void {
  describe(`The ${name} step handler registry`, () => {
    test("finds each handler by its kind", async () => {
      const handlers = ["acme.repeat", "acme.debounce", "function"].map(handlerOf);
      const registry = await open(handlers);
      for (const handler of handlers) expect(registry.get(handler.kind)).toBe(handler);
    });

    test("has the later of two handlers for one kind take the place of the other", async () => {
      const [first, second, other] = [handlerOf("acme.repeat"), handlerOf("acme.repeat"), handlerOf("acme.debounce")];
      const registry = await open([first, other, second]);
      expect(registry.get("acme.repeat")).toBe(second);
      expect(registry.get("acme.debounce")).toBe(other);
    });

    test("makes do with what a step brings, unless a handler is registered for its kind", async () => {
      const [registered, brought] = [handlerOf("acme.repeat"), handlerOf("acme.repeat")];
      expect((await open([])).get("acme.repeat", brought)).toBe(brought);
      expect((await open([registered])).get("acme.repeat", brought)).toBe(registered);
    });

    test("tells kinds of any spelling apart", async () => {
      const kinds = [...new Set(["", "Acme", "acme", " acme", ...INHERITED, ...HOSTILE_TEXTS])];
      const handlers = kinds.map(handlerOf);
      const registry = await open(handlers);
      for (const handler of handlers) expect(registry.get(handler.kind)).toBe(handler);
    });

    test.each(["acme.unheard-of", "", ...INHERITED])(
      'says of a kind without a handler, "%s", that it is missing, by name',
      async (kind) => {
        const registry = await open([handlerOf("acme.repeat")]);
        expect(() => registry.get(kind)).toThrow(
          expect.objectContaining({ code: "configuration", message: expect.stringContaining(`"${kind}"`) }),
        );
      },
    );
  });
}
