import {
  type AnyStep,
  type BudgetPolicy,
  type DecisionScope,
  type MergeStrategy,
  resolveBudget,
  type ServiceToken,
  type StandardSchema,
  type StepLog,
  type StepScope,
  type UsageReport,
} from "@flujo/dsl";
import { CANCELLED, completed, PAUSED } from "../errors/failure.ts";
import { DECISION } from "../journal/entry-kind.ts";
import { enter } from "../journal/path.ts";
import type { StepLogged } from "../protocols/run-event.ts";
import type {
  Enough,
  Execution,
  FanOutOptions,
  Lane,
  Outcome,
  Place,
  PlannedStep,
  Question,
} from "../protocols/step-handler.ts";
import type { CheckedSide } from "../protocols/type-validator.ts";
import { untilAbandoned } from "../resilience/until-abandoned.ts";
import { usageOf } from "../usage/usage-of.ts";
import { caught } from "./caught.ts";
import { Checkpoints } from "./checkpoints.ts";
import { fanOut, type RecordedEnough } from "./fan-out.ts";
import { type Execute, type Frame, within } from "./frame.ts";
import { type Operated, operate, operateOn } from "./operation.ts";
import type { PlanNode } from "./plan.ts";

/** One attempt at one node. It is what a handler is given, and what a step's functions are given as their scope. */
export class NodeExecution implements Execution, StepScope<never> {
  readonly #execute: Execute;
  readonly #node: PlanNode;
  readonly #frame: Frame;
  readonly input: unknown;
  readonly path: string;
  readonly attempt: number;
  /** Whether what is called and checked now is part of one operation of the host's, or need not be. */
  #isOperating: boolean;
  #checkpoints: Checkpoints | undefined;
  /** The calls and checks that were operations of their own. */
  #operations = 0;

  constructor(execute: Execute, node: PlanNode, input: unknown, path: string, attempt: number, frame: Frame) {
    this.#execute = execute;
    this.#node = node;
    this.#frame = frame;
    this.input = input;
    this.path = path;
    this.attempt = attempt;
    this.#isOperating = node.isAtomic || !frame.run.host.ordered;
  }

  get step(): AnyStep {
    return this.#node.step;
  }

  get children(): readonly PlannedStep[] {
    return this.#node.children;
  }

  get runId(): string {
    return this.#frame.run.runId;
  }

  get signal(): AbortSignal {
    return this.#frame.signal;
  }

  run(child: PlannedStep, input: unknown, place: Place): Promise<Outcome> {
    const node = child as PlanNode;
    const { inside } = this;
    const frame = place === "next" && node.transparent ? within(this.#frame, { sharedBase: inside }) : this.#frame;
    return this.#execute(node, input, enter(inside, place), frame);
  }

  async runWithin(
    child: PlannedStep,
    input: unknown,
    place: Place,
    context: unknown,
  ): Promise<{ readonly outcome: Outcome; readonly context: unknown }> {
    const line = this.#frame.run.contexts.begin(context);
    const { inside } = this;
    const frame = within(this.#frame, { line, ...(place === "next" ? { sharedBase: inside } : {}) });
    const outcome = await this.#execute(child as PlanNode, input, enter(inside, place), frame);
    return { outcome, context: line.current };
  }

  fanOut(lanes: readonly Lane[], options: FanOutOptions): Promise<readonly Outcome[]> {
    this.#frame.run.events.emit({ type: "step-fan-out", path: this.path, lanes: lanes.length });
    const run = (lane: Lane, frame: Frame): Promise<Outcome> =>
      this.#execute(lane.child as PlanNode, lane.input, enter(this.inside, lane.place), frame);
    return fanOut(this.inside, lanes, run, this.#frame, {
      ...options,
      merge: options.merge as MergeStrategy<never>,
      enough: options.enough && this.#recorded(options.enough),
    });
  }

  /** What a fan-out needs to know of its `enough`: what was decided before, or how to decide it now. */
  #recorded({ decision, place = "next", reached }: Enough): RecordedEnough {
    const { journal } = this.#frame.run;
    const entry = journal.find(this.#decisionPath(decision, place));
    const earlier = entry === undefined ? undefined : journal.read(entry).outcome;
    return {
      counted: earlier?.status === "completed" ? (earlier.output as readonly string[]) : undefined,
      reached,
      record: (counted) => this.decide(decision, () => counted, place),
    };
  }

  async decide(name: string, make: () => unknown, place: Place = "next"): Promise<Outcome> {
    const { journal, events, clock } = this.#frame.run;
    const path = this.#decisionPath(name, place);
    const recorded = journal.find(path);
    if (recorded !== undefined && !journal.decidesAgain) return journal.read(recorded).outcome;
    const startedAt = clock.now();
    const made = await operateOn(path, this.#frame, () => this.#untilAbandoned(make));
    const decided = await journal.record({
      path,
      kind: DECISION,
      name,
      outcome: made,
      patches: [],
      attempts: 1,
      startedAt,
    });
    if (decided.status === "completed" && events.active) {
      events.emit({ type: "step-decision", path: enter(this.path, place), decision: name, value: decided.output });
    }
    return decided;
  }

  resumeAt(): { readonly state: unknown } | undefined {
    const { host, journal } = this.#frame.run;
    // Where runs are executed again, or held against what was, there is no beginning in the midst. And what a
    // checkpoint folds must not be decisions of the node around.
    if (host.ordered || journal.decidesAgain || this.inside === this.#frame.sharedBase) return undefined;
    this.#checkpoints = new Checkpoints(this.inside, this.#frame);
    return this.#checkpoints.resume();
  }

  async checkpoint(position: number, state: () => unknown): Promise<void> {
    await this.#checkpoints?.pass(position, state);
  }

  async ask({ prompt, schema, accept, deadline }: Question): Promise<Outcome> {
    const { host, journal, questions } = this.#frame.run;
    const { path } = this;
    const asked = questions.ask({ path, prompt, ...(schema === undefined ? {} : { schema }) }, deadline?.ms);
    const waited = await host.wait(path, deadline === undefined ? undefined : asked.deadline, this.signal);
    if (waited.status === "open") return PAUSED;
    questions.withdraw(path);
    if (waited.status === "cancelled") return CANCELLED;
    if (waited.status === "overdue") return (deadline as NonNullable<Question["deadline"]>).overdue();
    const answer = journal.readAnswer(waited.answer);
    return accept(answer);
  }

  /** Where children are entered: a composite's second attempt must not meet what the first one recorded. */
  get inside(): string {
    return this.attempt === 1 ? this.path : `${this.path}!${this.attempt}`;
  }

  #decisionPath(name: string, place: Place): string {
    return `${enter(this.inside, place)}:${name}`;
  }

  call(work: () => unknown): Promise<Outcome> {
    return this.#asOperation("call", () => this.#untilAbandoned(work));
  }

  check(schema: StandardSchema, value: unknown, side: CheckedSide): Promise<Outcome> {
    return this.#asOperation("check", () =>
      this.#untilAbandoned(() => this.#frame.run.types.check(schema, value, side)),
    );
  }

  /** Work between the steps inside this one is an operation of its own; within one, it is part of that. */
  async #asOperation(what: string, work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#isOperating) return work();
    this.#operations += 1;
    return (await this.operate(`${this.inside}:${what}#${this.#operations}`, async () => ({ outcome: await work() })))
      .outcome;
  }

  /** Does work of this attempt's that goes on to no other step, as one operation. */
  async operate(path: string, work: () => Promise<Operated>): Promise<Operated> {
    if (this.#isOperating) return work();
    this.#isOperating = true;
    try {
      return await operate(path, this.#frame, work);
    } finally {
      this.#isOperating = false;
    }
  }

  #untilAbandoned(work: () => unknown): Promise<Outcome> {
    const { path } = this;
    const frame = this.#frame;
    return untilAbandoned(work, frame.signal, frame.run.clock, {
      ended: completed,
      threw: (thrown) => caught(thrown, path, frame),
      abandoned: CANCELLED,
    });
  }

  isEnabled(feature: string): boolean {
    return this.#frame.run.degradation.isEnabled(feature);
  }

  // What a step's functions see. They may take it apart, so nothing below depends on `this` when called.

  get scope(): StepScope<never> {
    return this;
  }

  get decisionScope(): DecisionScope<never> {
    const line = this.#frame.line;
    return {
      runId: this.runId,
      path: this.path,
      signal: this.signal,
      get context() {
        return line.current as never;
      },
    };
  }

  get feedback(): string | undefined {
    return this.#frame.feedback;
  }

  get context(): never {
    return this.#frame.line.current as never;
  }

  get idempotencyKey(): string {
    return `${this.runId}:${this.path}`;
  }

  get update(): (recipe: (draft: never) => void) => void {
    return (recipe) => {
      this.#frame.line.update(recipe);
    };
  }

  get reportUsage(): (usage: UsageReport) => void {
    return (report) => {
      const { ledger, run } = this.#frame;
      run.prices.book(usageOf(report), ledger, this.path);
    };
  }

  get reserveUsage(): (estimate: BudgetPolicy) => Promise<void> {
    return async (estimate) => {
      const { ledger, signal } = this.#frame;
      await ledger.reserve(resolveBudget(estimate, "estimate"), signal);
      // Where there can't be room the run has been told of it by now.
      signal.throwIfAborted();
    };
  }

  get emit(): (chunk: unknown) => PromiseLike<void> {
    return (chunk) => {
      const { events } = this.#frame.run;
      events.emit({ type: "step-chunk", path: this.path, chunk });
      return events.keptUp(this.signal);
    };
  }

  get resolve(): <Service>(token: ServiceToken<Service>) => Service {
    return this.#frame.run.resolve;
  }

  get log(): StepLog {
    const write =
      (level: StepLogged["level"]) =>
      (message: string, data?: unknown): void => {
        const { events } = this.#frame.run;
        events.emit({ type: "step-log", path: this.path, level, message, ...(data === undefined ? {} : { data }) });
      };
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }
}
