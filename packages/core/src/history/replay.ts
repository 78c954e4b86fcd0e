import { StepCache } from "../caching/step-cache.ts";
import { EventLog } from "../events/event-log.ts";
import { ExecutorCore } from "../execution/executor-core.ts";
import { OpenQuestions } from "../execution/open-questions.ts";
import { compilePlan, compileRedirectTarget, findNode, type PlanNode } from "../execution/plan.ts";
import type { RunScope, RunServices } from "../execution/run-scope.ts";
import { forkPointsOf } from "../journal/fork-point.ts";
import type { CacheBackend } from "../protocols/cache-backend.ts";
import type { DurableHost } from "../protocols/durable-engine.ts";
import type { Hasher } from "../protocols/hasher.ts";
import type { IdGenerator } from "../protocols/id-generator.ts";
import type { Journal } from "../protocols/journal.ts";
import type { Logger } from "../protocols/logger.ts";
import type { RecoveryStrategies } from "../protocols/recovery-strategies.ts";
import type { RunRecord } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { StepHandlerRegistry } from "../protocols/step-handler-registry.ts";
import { PriceWatch } from "../usage/price-watch.ts";
import { UsageLedger } from "../usage/usage-ledger.ts";
import type { Divergence } from "./divergence.ts";
import { RecordedLeaves } from "./recorded-leaves.ts";
import { ReplayedJournal, summaryOf } from "./replayed-journal.ts";

/** Whether walking a run again was as the run had been; if not, where it first was not. */
export type ReplayResult =
  | { readonly diverged: false }
  | {
      readonly diverged: true;
      /** Of the first difference; empty for the run's own output or context. */
      readonly path: string;
      readonly what: Divergence["what"];
      readonly recorded: unknown;
      readonly replayed: unknown;
    };

export interface ReplayParts {
  readonly plan: PlanNode;
  readonly journal: Journal;
  readonly handlers: StepHandlerRegistry;
  readonly services: RunServices;
  readonly strategies: RecoveryStrategies;
  readonly serializer: Serializer;
  readonly hasher: Hasher;
  readonly ids: IdGenerator;
  readonly logger: Logger;
}

/**
 * Walks a run again without doing anything of it: steps give what was recorded of them, and what is between them, such as
 * conditions, selections, merges and plugins, is made again and held against the record.
 */
export async function replayRun(record: RunRecord, host: DurableHost, parts: ReplayParts): Promise<ReplayResult> {
  const { plan, serializer, services, logger } = parts;
  const recorded = parts.journal.open(host);
  const isLeaf = (path: string): boolean => findNode(plan, path)?.isLeaf ?? true;
  const journal = new ReplayedJournal(recorded, { serializer, isLeaf });
  const handlers = new RecordedLeaves(parts.handlers, (path) => journal.diverge(path, "ran", undefined, undefined));
  const core = new ExecutorCore({
    coordinator: { watches: () => false, begin: () => undefined, end: () => undefined },
    cache: new StepCache({ backend: NOTHING_CACHED, hasher: parts.hasher, serializer }),
    strategies: parts.strategies,
    guard: { concerns: () => false, through: (_node, _path, _input, _frame, work) => work() },
    plan: (target, from) => compileRedirectTarget(target, from, handlers),
  });
  const events = new EventLog(record.runId, {
    clock: services.clock,
    watchers: [],
    logger,
    keep: false,
    isEnabled: () => false,
  });
  const line = services.contexts.begin(serializer.parse(record.context));
  const run: RunScope = {
    ...services,
    runId: record.runId,
    host,
    journal,
    events,
    questions: new OpenQuestions(record.awaiting, { ids: parts.ids, clock: services.clock }),
    prices: new PriceWatch(events),
    forks: forkPointsOf(recorded.entries, serializer),
    stop: () => undefined,
  };
  const signal = new AbortController().signal;
  const ledger = new UsageLedger(() => undefined);
  const frame = { run, line, ledger, signal, feedback: undefined, redirects: [] };
  try {
    const root = compilePlan(plan.step, handlers);
    const outcome = await host.drive(() => core.execute(root, serializer.parse(record.input), "", frame), {
      signal,
      suspend: () => undefined,
    });
    compareEnds(record, outcome.status, summaryOf(outcome), line.current, journal, serializer);
  } catch (thrown) {
    if (thrown !== journal.brokenBy) throw thrown;
  }
  return resultOf(journal.brokenBy, record);
}

/** What a run comes to is recorded with the run, and not as an entry. */
function compareEnds(
  { status, output, finalContext }: RunRecord,
  replayed: string,
  summary: unknown,
  context: unknown,
  journal: ReplayedJournal,
  serializer: Serializer,
): void {
  if (status !== "completed" && status !== "failed") return;
  const recorded = output === undefined ? status : serializer.parse(output);
  if (status !== replayed || (output !== undefined && output !== serializer.stringify(summary))) {
    journal.diverge("", "outcome", recorded, summary);
  } else if (finalContext !== undefined && finalContext !== serializer.stringify(context)) {
    journal.diverge("", "context", serializer.parse(finalContext), context);
  }
}

function resultOf(divergence: Divergence | undefined, { status }: RunRecord): ReplayResult {
  if (divergence === undefined) return { diverged: false };
  const { path, what, recorded, replayed } = divergence;
  // A run that is not over has come no further than to what is recorded: what would run next is no difference.
  if (what === "ran" && status !== "completed" && status !== "failed") return { diverged: false };
  return { diverged: true, path, what, recorded, replayed };
}

const NOTHING_CACHED: CacheBackend = {
  get: async () => undefined,
  set: async () => undefined,
};
