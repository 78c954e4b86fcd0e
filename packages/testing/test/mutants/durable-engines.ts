import { KeyedEngine } from "@flujo/core";
import { Clock, DurableEngine, type DurableHost, type FlujoModule, StateBackend } from "@flujo/core/protocols";
import { keyed } from "../engine/hosted-runs.ts";

/** Engines whose hosts are right, but for what a mutant does another way. */
function replacing(replace: (right: DurableHost) => Partial<DurableHost>): FlujoModule {
  return (container) => {
    container.register(DurableEngine, {
      useFactory: (parts): DurableEngine => {
        const [state, clock] = [parts.resolve(StateBackend as symbol), parts.resolve(Clock as symbol)];
        const engine = new KeyedEngine({ state: state as StateBackend, clock: clock as Clock });
        return {
          open: async (run) => {
            const right = await engine.open(run);
            const same: DurableHost = {
              ordered: right.ordered,
              replaying: right.replaying,
              recorded: right.recorded,
              append: (entry) => right.append(entry),
              once: (path, work, codec) => right.once(path, work, codec),
              timer: (path, dueAt, onDue) => right.timer(path, dueAt, onDue),
              wait: (path, deadline, signal) => right.wait(path, deadline, signal),
              local: (work) => right.local(work),
              fork: (paths, concurrency, lane) => right.fork(paths, concurrency, lane),
              drive: (execute, drive) => right.drive(execute, drive),
            };
            return { ...same, ...replace(right) };
          },
        };
      },
    });
  };
}

/** Engines that each break one promise, by the title (in part) of a test that has to notice. */
const BROKEN: Readonly<Record<string, FlujoModule>> = {
  "steps in sequence": replacing((right) => ({
    append: async (entry) => (entry.path === "b" ? undefined : right.append(entry)),
  })),
  "a loop, with decisions": replacing((right) => ({
    recorded: right.recorded.filter(({ path }) => !path.endsWith(":until")),
  })),
  "retries with waits": replacing(() => ({ timer: () => () => undefined })),
  "deadlines, of a step and of a pipeline": replacing((right) => ({
    timer: (path, dueAt, onDue) => right.timer(path, path.includes(":deadline") ? Infinity : dueAt, onDue),
  })),
  "several questions at once": replacing((right) => ({
    wait: (_path, deadline, signal) => right.wait("ask[boss]/boss", deadline, signal),
  })),
  "items of a list": replacing((right) => ({
    fork: (paths, concurrency, lane) => right.fork(paths.slice(1), concurrency, lane),
  })),
};

export const DURABLE_ENGINES: Readonly<Record<string, () => ReturnType<typeof keyed>>> = Object.fromEntries(
  Object.entries(BROKEN).map(([title, module]) => [title, () => keyed([module])]),
);
