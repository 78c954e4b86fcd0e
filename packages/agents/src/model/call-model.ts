import { type AgentCall, type AgentRequest, ErrorClassifier } from "@flujo/core/protocols";
import { type CallPurpose, FlujoError, type StandardSchema, type StepScope, type UsageReport } from "@flujo/dsl";
import { admitCall } from "../cost/admit-call.ts";
import { bookCall } from "../cost/book-call.ts";
import { bookFailedCall } from "../cost/book-failed-call.ts";
import { fields } from "../cost/json-fields.ts";
import { ModelCallError } from "../errors/model-call-error.ts";
import { PartialReader } from "../repair/partial/partial-reader.ts";
import { agentRunnerOf } from "./agent-runner-of.ts";
import { StreamCollector } from "./collect-stream.ts";
import { flawInAnswer } from "./flaw-in-answer.ts";
import type { ModelCall, StreamPart } from "./language-model.ts";
import type { Generation, Model } from "./model.ts";

/** How a model is called. */
export interface CallMode {
  readonly purpose: CallPurpose;
  readonly promptVersion: string | undefined;
  /** Whether the answer is shown while it comes. */
  readonly stream: boolean;
  /** What the answer is to be: partial objects are shown where there is one. */
  readonly output: StandardSchema | undefined;
}

/** An answer, and what was booked for it. */
export interface PaidGeneration {
  readonly generation: Generation;
  readonly usage: UsageReport;
}

/**
 * Calls the model and books what the call used at once, before anyone looks at the answer: an answer that
 * turns out to be useless was paid for like any other.
 */
export async function callModel(
  model: Model,
  call: ModelCall,
  { purpose, promptVersion, stream, output }: CallMode,
  scope: StepScope,
): Promise<PaidGeneration> {
  scope.signal.throwIfAborted();
  const booked = { model: model.name, purpose, promptVersion };
  await admitCall(scope, { model: model.name, ...call });
  const runner = agentRunnerOf(scope);
  const asked = toAgentCall(model, call, purpose, scope);
  const collector = new StreamCollector();
  let generation: Generation;
  try {
    generation = stream
      ? await collect(runner.stream(asked) as AsyncIterable<StreamPart>, collector, output, scope)
      : ((await runner.generate(asked)) as unknown as Generation);
  } catch (cause) {
    const { hasBegun, received } = collector;
    const { prompt, tools, responseFormat } = call;
    await bookFailedCall(scope, {
      ...booked,
      prompt,
      tools,
      responseFormat,
      error: cause,
      ...(hasBegun ? { output: received } : {}),
    });
    // However the provider words it, a call that was called off is no failure of the call.
    scope.signal.throwIfAborted();
    if (FlujoError.is(cause)) throw cause;
    const told = scope.resolve(ErrorClassifier).classify(cause);
    // What breaks off in the middle, or can't be read, was not refused: the same call may well come through.
    const isUnreadable = told.statusCode !== undefined && told.statusCode < 400;
    const isCutShort = isUnreadable || (hasBegun && told.category === "unknown");
    const kind = isCutShort ? { ...told, ...CUT_SHORT } : told;
    throw new ModelCallError(model.name, reasonOf(cause), kind, { path: scope.path, cause });
  }
  const { usage, providerMetadata, warnings = [] } = (generation as Generation | undefined) ?? {};
  const report = await bookCall(scope, { ...booked, usage, providerMetadata });
  const flaw = flawInAnswer(generation);
  if (flaw !== undefined) throw new ModelCallError(model.name, flaw, MALFORMED, { path: scope.path });
  for (const warning of warnings) scope.log.warn(`${model.name} could not do all that was asked`, warning);
  return { generation, usage: report };
}

const CUT_SHORT = { category: "transient", retryable: true } as const;
const MALFORMED = { category: "permanent", retryable: false } as const;

/** Shows the pieces of an answer as they come. @throws if it ends before it is whole */
async function collect(
  parts: AsyncIterable<StreamPart>,
  collector: StreamCollector,
  output: StandardSchema | undefined,
  scope: StepScope,
): Promise<Generation> {
  const reader = output === undefined ? undefined : new PartialReader(output);
  for await (const part of parts) {
    scope.signal.throwIfAborted();
    collector.add(part);
    const { type, delta } = part;
    if ((type !== "text-delta" && type !== "reasoning-delta") || delta === undefined || delta === "") continue;
    await scope.emit({ type, delta });
    if (type === "reasoning-delta") continue;
    const reading = reader?.push(delta);
    if (reading?.value !== undefined) await scope.emit({ type: "object", partial: reading.value });
  }
  scope.signal.throwIfAborted();
  const { generation } = collector;
  if (generation === undefined || brokeOff(generation)) throw new StreamCut();
  return generation;
}

/** Where a provider's package ends what its service didn't, nobody has said what was used. */
function brokeOff({ finishReason, usage }: Generation): boolean {
  const { inputTokens, outputTokens } = usage ?? {};
  return (
    (finishReason as Generation["finishReason"] | undefined)?.unified === "interrupted" &&
    (inputTokens?.total ?? outputTokens?.total) === undefined
  );
}

/** What a stream tells of as an error is what its service sent, which need not be an `Error`. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const message = fields(cause, "message") ?? fields(cause, "error", "message");
  return typeof message === "string" ? message : String(cause);
}

/** A stream ended without the part that says why. */
class StreamCut extends Error {
  override readonly name = "StreamCut";
  /** By which it is told that the answer was under way. */
  readonly code = "ECONNRESET";

  constructor() {
    super("its answer broke off in the middle");
  }
}

function toAgentCall(model: Model, call: ModelCall, purpose: CallPurpose, scope: StepScope): AgentCall {
  const { runId, path, idempotencyKey } = scope;
  return {
    model: model.name,
    request: call as unknown as AgentRequest,
    purpose,
    runId,
    path,
    idempotencyKey,
    generate: async (request) => ({ ...(await model.generate(request as unknown as ModelCall)) }),
    stream: (request) => {
      const stream = model.stream?.(request as unknown as ModelCall);
      if (stream === undefined) throw new TypeError(`${model.name} can't stream`);
      return stream as AsyncIterable<StreamPart & Readonly<Record<string, unknown>>>;
    },
  };
}
