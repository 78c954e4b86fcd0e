import type { Logger } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** How the suite gets at the logger under test. */
export interface LoggerHarness<Tested extends Logger> {
  /** Of the logger, as the suite's title shows it. */
  readonly name: string;
  /** A fresh logger, of which nothing came out so far. */
  readonly open: () => Tested | Promise<Tested>;
  /** All that came out of it so far, as text. Leave it out for a logger that forgets what it is told. */
  readonly written?: (logger: Tested) => string | Promise<string>;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** The contract of {@link Logger} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeLogger<Tested extends Logger>({ name, open, written }: LoggerHarness<Tested>): void {
  describe(`The ${name} logger`, () => {
    test.each(LEVELS)("takes %s at once, without a detail", async (level) => {
      const logger = await open();
      expect(logger.log(level, "a message")).toBeUndefined();
    });

    test.each(Object.entries(hostileDetails()))("does not throw for a detail that is %s", async (_, detail) => {
      const logger = await open();
      for (const level of LEVELS) logger.log(level, "a message", detail);
    });

    test("does not throw for a message of any spelling", async () => {
      const logger = await open();
      for (const message of ["", "line\nbreak", "%s %d %j", "\0", "\ud800", "x".repeat(2_000)]) {
        for (const level of LEVELS) logger.log(level, message);
      }
    });

    if (written === undefined) return;
    test.each(["warn", "error"] as const)(
      "lets people see what is told as %s, and the error with it",
      async (level) => {
        const logger = await open();
        logger.log(level, "the hook is broken", new RangeError("out of cheese"));
        const text = await written(logger);
        expect(text).toContain("the hook is broken");
        expect(text).toContain("out of cheese");
      },
    );
  });
}

/** Each of them breaks some way of turning a value into text. */
function hostileDetails(): Readonly<Record<string, unknown>> {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const refuse = (): never => {
    throw new Error("this value does not want to be shown");
  };
  return {
    undefined: undefined,
    null: null,
    "an error": new Error("went wrong", { cause: new Error("deeper") }),
    "an error without a stack": Object.assign(new Error("bare"), { stack: undefined }),
    "a symbol": Symbol("sign"),
    "a bigint": 10n,
    "a cycle": cyclic,
    "without a prototype": Object.create(null),
    "refusing to be text": { toString: refuse, toJSON: refuse, [Symbol.toPrimitive]: refuse },
    "refusing to be inspected": { [Symbol.for("nodejs.util.inspect.custom")]: refuse },
    "an error whose message throws": Object.defineProperty(new Error(), "message", { get: refuse }),
    "a revoked proxy": revoked(),
  };
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
