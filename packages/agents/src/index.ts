export { type Agents, type AnswerOf, agent, agents } from "./agent/agent.ts";
export {
  type AgentChunk,
  isAgentChunk,
  type PartialObject,
  type ReasoningDelta,
  type TextDelta,
  type ToolProgress,
} from "./agent/agent-chunk.ts";
export type { AgentOptions, AnswerRepair } from "./agent/agent-options.ts";
export { AgentStep } from "./agent/agent-step.ts";
export { admitCall } from "./cost/admit-call.ts";
export { bookCall, type CallToBook } from "./cost/book-call.ts";
export { bookFailedCall, type FailedCall } from "./cost/book-failed-call.ts";
export { type CallEstimate, type CallToEstimate, estimateCall } from "./cost/estimate-call.ts";
export { estimateTokens } from "./cost/estimate-tokens.ts";
export { type ExtractedUsage, extractUsage } from "./cost/extract-usage.ts";
export { GenaiPriceCatalog, type GenaiPriceCatalogOptions } from "./cost/genai-price-catalog.ts";
export { LayeredCostCalculator, type LayeredCostCalculatorOptions } from "./cost/layered-cost-calculator.ts";
export { OverridePriceCatalog } from "./cost/override-price-catalog.ts";
export type { Amount, PriceOverride, PriceOverrides, RateOverride, TierOverride } from "./cost/price-overrides.ts";
export { type PricesOptions, prices } from "./cost/prices.ts";
export { ContentFilterError } from "./errors/content-filter-error.ts";
export { EmptyOutputError } from "./errors/empty-output-error.ts";
export { MaxTurnsError } from "./errors/max-turns-error.ts";
export { ModelCallError } from "./errors/model-call-error.ts";
export { OutputTruncatedError } from "./errors/output-truncated-error.ts";
export { RefusalError } from "./errors/refusal-error.ts";
export { StructuredOutputError } from "./errors/structured-output-error.ts";
export { ToolArgumentsError } from "./errors/tool-arguments-error.ts";
export { ToolFailedError } from "./errors/tool-failed-error.ts";
export { UnknownToolError } from "./errors/unknown-tool-error.ts";
export {
  type MiddlewareAnswer,
  type MiddlewareModel,
  type MiddlewareParams,
  type MiddlewareStreamPart,
  type RepairMiddleware,
  type RepairMiddlewareOptions,
  repairMiddleware,
} from "./middleware/repair-middleware.ts";
export type { RepairByOptions, RepairReport } from "./middleware/repair-text.ts";
export { type RepairableToolCall, repairToolCall, type ToolCallProblem } from "./middleware/repair-tool-call.ts";
export { ModelRunner } from "./model/model-runner.ts";
export { APPROVAL, type Approval } from "./tools/approval.ts";
export type { OnToolError } from "./tools/run-tool.ts";
export type { AgentTool, ToolCall, ToolCallOptions, ToolSchema, WrappedJsonSchema } from "./tools/tool.ts";
