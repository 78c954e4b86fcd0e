import type { StepDescription } from "@flujo/dsl";
import { findNode, type PlanNode } from "../execution/plan.ts";
import { PLAN } from "../journal/entry-kind.ts";
import { stepPath } from "../journal/step-path.ts";
import type { Clock } from "../protocols/clock.ts";
import { PipelineChangedError } from "../protocols/errors/pipeline-changed-error.ts";
import { RunConflictError } from "../protocols/errors/run-conflict-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RunRecord } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { isMadeUpName, planChanges } from "./plan-changes.ts";
import type { RunMigration } from "./run-migration.ts";

interface Parts {
  readonly plan: PlanNode;
  /** The pipeline's description, as runs store it. */
  readonly planText: string;
  readonly migrations: readonly RunMigration[];
  readonly serializer: Serializer;
  readonly clock: Pick<Clock, "now">;
}

/** What is recorded of a run that goes on with another pipeline than the one it has come so far with. */
interface Amendment {
  /** Described, as text. */
  readonly plan: string;
  /** What is different, one line each. */
  readonly changes: readonly string[];
  /** Name of the migration that took the run over, if it took one. */
  readonly migration?: string;
}

/** Tells whether a pipeline can go on with runs that began with an older one. */
export class RunPlans {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether a run began with this very pipeline. */
  isSame({ plan }: RunRecord): boolean {
    return plan === this.#parts.planText;
  }

  /**
   * Whether a run can be gone on with: the entry that is to say so, if its pipeline has changed only where it has not come to.
   *
   * @param entries - what is recorded of it
   * @throws {@link PipelineChangedError}, `RunConflictError` for a run of another pipeline
   */
  check(record: RunRecord, entries: readonly JournalEntry[]): JournalEntry | undefined {
    const { planText, migrations } = this.#parts;
    const amendments = entries.filter(({ kind }) => kind === PLAN).map((entry) => this.#amendmentOf(entry));
    const known = this.migrated(record.runId, entries);
    const before = amendments.at(-1)?.plan ?? record.plan;
    if (before === planText) return undefined;
    const [then, now] = [JSON.parse(before), JSON.parse(planText)] as readonly [StepDescription, StepDescription];
    if (record.pipeline !== now.name && !(isMadeUpName(then) && isMadeUpName(now))) {
      throw new RunConflictError(
        record.runId,
        `it is a run of the pipeline "${record.pipeline}", not of "${now.name}"`,
      );
    }
    const migration = migrations.find(({ applies }) => applies(then));
    if (migration === undefined) {
      const changes = planChanges(then, now, known);
      if (changes.before.length > 0) throw new PipelineChangedError(record.runId, changes.before);
      // What runs depend on is the same, and only how it is described has changed.
      if (changes.after.length === 0) return undefined;
      return this.#amend(amendments.length, { plan: planText, changes: changes.after });
    }
    const refusals = this.#refusals(record, known, migration);
    if (refusals.length > 0) throw new PipelineChangedError(record.runId, refusals);
    return this.#amend(amendments.length, { plan: planText, changes: [], migration: migration.name });
  }

  /** What a migration can't do to a run, one line each. */
  #refusals({ awaiting }: RunRecord, known: readonly JournalEntry[], migration: RunMigration): readonly string[] {
    const paths = known
      .map((entry) => this.#migrate(entry, migration)?.path)
      .filter((path): path is string => path !== undefined && stepPath(path) !== "");
    const after = `after the migration "${migration.name}"`;
    return [
      ...paths
        .filter((path) => findNode(this.#parts.plan, stepPath(path)) === undefined)
        .map((path) => `lost:    ${path} is recorded and, ${after}, nowhere in the pipeline`),
      ...paths
        .filter((path, index) => paths.indexOf(path) < index)
        .map((path) => `twice:   ${path} is where, ${after}, two steps are recorded`),
      // Its token and its answer are known by its path.
      ...awaiting
        .filter(({ path }) => (migration.path?.(path) ?? path) !== path)
        .map(({ path }) => `waits:   ${path} is asked, and ${after} elsewhere: it has to be answered before`),
    ];
  }

  /** What is recorded of a run, as the migrations that it went through make of it. @throws {@link PipelineChangedError} if one is missing */
  migrated(runId: string, entries: readonly JournalEntry[]): readonly JournalEntry[] {
    if (!entries.some(({ kind }) => kind === PLAN)) return entries;
    let migrated: JournalEntry[] = [];
    for (const entry of entries) {
      const name = entry.kind === PLAN ? this.#amendmentOf(entry).migration : undefined;
      if (name !== undefined) {
        const migration = this.#parts.migrations.find((each) => each.name === name);
        if (migration === undefined) {
          throw new PipelineChangedError(runId, [`missing: the migration "${name}", which it went through`]);
        }
        migrated = migrated.flatMap((each) => this.#migrate(each, migration) ?? []);
      }
      migrated.push(entry);
    }
    return migrated;
  }

  #migrate(entry: JournalEntry, migration: RunMigration): JournalEntry | undefined {
    if (entry.kind === PLAN) return entry;
    const { serializer } = this.#parts;
    const was = stepPath(entry.path);
    const is = was === "" || migration.path === undefined ? was : migration.path(was);
    if (is === undefined) return undefined;
    const path = is + entry.path.slice(was.length);
    const isOutcome = entry.path === was && entry.output !== undefined && migration.output !== undefined;
    const output = isOutcome
      ? { output: serializer.stringify(migration.output(serializer.parse(entry.output), path)) }
      : {};
    return { ...entry, path, ...output };
  }

  #amendmentOf({ output }: JournalEntry): Amendment {
    return this.#parts.serializer.parse(output as string) as Amendment;
  }

  #amend(earlier: number, amendment: Amendment): JournalEntry {
    const { serializer, clock } = this.#parts;
    const now = clock.now();
    return {
      path: `:${PLAN}#${earlier + 1}`,
      kind: PLAN,
      name: PLAN,
      status: "completed",
      output: serializer.stringify(amendment),
      attempts: 1,
      startedAt: now,
      endedAt: now,
    };
  }
}
