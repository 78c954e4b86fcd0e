import { CANCELLED, completed } from "../errors/failure.ts";
import type { CircuitBreakers, CircuitPass } from "../protocols/circuit-breakers.ts";
import type { RateLimiter, RatePermit } from "../protocols/rate-limiter.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import type { UsageGovernor } from "../protocols/usage-governor.ts";
import { caught } from "./caught.ts";
import { checkOutcome } from "./check-outcome.ts";
import type { Frame } from "./frame.ts";
import { operateOn } from "./operation.ts";
import type { PlanNode } from "./plan.ts";

interface Parts {
  readonly governor: UsageGovernor;
  readonly breakers: CircuitBreakers;
  readonly limiter: RateLimiter;
  /** How many leaves of all runs together may work at a time, if that is limited. */
  readonly places: RateLimiter | undefined;
  readonly concurrency: number;
}

/** Stands before the work of an attempt: lets it begin once there is room in the budgets and limits, and its resource seems well. */
export class CallGuard {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether anything is to be asked before this node works. */
  concerns(node: PlanNode, frame: Frame): boolean {
    return node.guard !== undefined || (node.isLeaf && (frame.ledger.limited || this.#parts.places !== undefined));
  }

  async through(
    node: PlanNode,
    path: string,
    input: unknown,
    frame: Frame,
    handle: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const { governor } = this.#parts;
    const { ledger, signal } = frame;
    const entry: Entry = { permits: [], pass: undefined };
    try {
      const entered = await this.#enter(node, path, input, frame, entry);
      if (entered.status !== "completed") return entered;
      const outcome = checkOutcome(await handle(), node.step.kind, path, signal);
      if (entry.pass !== undefined) tell(entry.pass, outcome, signal);
      return outcome;
    } catch (thrown) {
      const outcome = caught(thrown, path, frame);
      if (entry.pass !== undefined) tell(entry.pass, outcome, signal);
      return outcome;
    } finally {
      entry.pass?.neutral();
      const usedTokens = ledger.usage.totalTokens;
      for (const permit of entry.permits) permit.release(ledger.usage.requests === 0 ? undefined : usedTokens);
      ledger.release();
      if (node.isLeaf) governor.learn(node.address, ledger.usage);
    }
  }

  /** Waits for room. An attempt that goes on to other steps does so in an operation of its own. */
  #enter(node: PlanNode, path: string, input: unknown, frame: Frame, entry: Entry): Promise<Outcome> {
    const enter = async (): Promise<Outcome> => {
      const { governor, breakers, limiter, places, concurrency } = this.#parts;
      const { guard, isLeaf } = node;
      const { ledger, signal } = frame;
      const estimate = isLeaf ? governor.estimate(node.step, node.address, input, frame.line.current) : undefined;
      if (estimate !== undefined && !(await ledger.reserve(estimate, signal, { firm: true }))) return CANCELLED;
      const breaker =
        guard?.circuitBreaker === undefined ? undefined : breakers.get(guard.resource, guard.circuitBreaker);
      // Who is going to be refused need not wait for a place first. How long the call takes counts from when it has one.
      breaker?.admit().neutral();
      if (guard?.limits !== undefined) {
        const request = { resource: guard.resource, limits: guard.limits, tokens: estimate?.totalTokens ?? 0, signal };
        entry.permits.push(await limiter.acquire(request));
      }
      if (isLeaf && places !== undefined) {
        entry.permits.push(await places.acquire({ resource: "", limits: { concurrency }, tokens: 0, signal }));
      }
      entry.pass = breaker?.admit();
      return ENTERED;
    };
    if (node.isAtomic) return enter();
    return operateOn(`${path}:enter`, frame, () => enter().catch((thrown: unknown) => caught(thrown, path, frame)));
  }
}

/** What an attempt holds while it works. */
interface Entry {
  readonly permits: RatePermit[];
  pass: CircuitPass | undefined;
}

const ENTERED = completed(undefined);

/** Failures of these say that something is wrong with the resource, and not with what it was asked. */
const TROUBLE: ReadonlySet<string> = new Set(["transient", "rateLimit", "timeout", "resource", "unknown"]);

function tell(pass: CircuitPass, outcome: Outcome, signal: AbortSignal): void {
  if (outcome.status === "completed") pass.succeeded();
  else if (outcome.status === "failed") pass[TROUBLE.has(outcome.error.category) ? "failed" : "succeeded"]();
  else if (outcome.status === "cancelled" && signal.reason?.name === "TimeoutError") pass.failed();
  else pass.neutral();
}
