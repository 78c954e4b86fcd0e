import type { StateBackend } from "@flujo/core/protocols";
import { FlujoError } from "@flujo/dsl";
import { openAnswers } from "./answers.ts";
import { awaitStart } from "./await-start.ts";
import type { ResolvedCrashProgram } from "./crash-program.ts";
import { openRunner } from "./driver.ts";
import type { OrdersTo } from "./driver-orders.ts";
import type { Life } from "./life.ts";
import { mortalBackend } from "./mortal-backend.ts";

/**
 * When it is told to start, wants a paused run from as many runners as it is told: half of them answer one of its questions by
 * `signal()` and then `resume()`, the others answer all by `resume()`. Prints what each call came to, a line each: `answered`, the
 * run's status, or the code of an error.
 */
export async function contend(
  { build, run }: ResolvedCrashProgram,
  store: StateBackend,
  { runId, by, callers }: OrdersTo<"contend">,
  life: Life,
): Promise<void> {
  const { backend } = mortalBackend(store, life);
  const record = await backend.getRun(runId);
  const signals = await openAnswers(backend, { runId, awaiting: record?.awaiting ?? [] }, run.answers);
  const answers = Object.entries(signals);
  if (answers.length === 0) throw new Error(`Run "${runId}" asks nothing`);
  const runners = Array.from({ length: callers }, () =>
    openRunner(build(life.effects), run, backend, (path) => {
      life.note({ type: "begun", by, path });
    }),
  );
  await awaitStart();
  const told = async (name: string, call: () => Promise<string>): Promise<void> => {
    const came = await call().catch((error: unknown) => {
      if (FlujoError.is(error)) return error.code;
      throw error;
    });
    process.stdout.write(`${name} ${came}\n`);
  };
  await Promise.all(
    runners.map(async (runner, index) => {
      const signalled = index % 2 === 0;
      if (signalled) {
        const [token, value] = answers[(index / 2) % answers.length] as [string, unknown];
        await told("signal", () => runner.signal(runId, { token, value }).then(() => "answered"));
      }
      await told("resume", () => runner.resume(runId, signalled ? {} : { signals }).then(({ status }) => status));
      await runner[Symbol.asyncDispose]();
    }),
  );
}
