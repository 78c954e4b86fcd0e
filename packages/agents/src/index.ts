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
export { UnpricedModelError } from "./errors/unpriced-model-error.ts";
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
export type { JsonObject, JsonValue, ProviderOptions } from "./model/json-value.ts";
export type {
  FinishReason,
  LanguageModel,
  LanguageModelV2,
  LanguageModelV3,
  LanguageModelV4,
  ModelAnswer,
  ModelCall,
  ModelUsage,
  ProviderMetadata,
  StreamPart,
  ToolChoice,
  V2Usage,
} from "./model/language-model.ts";
export { ModelRunner } from "./model/model-runner.ts";
export type {
  FileData,
  FilePart,
  ModelMessage,
  PlainJson,
  PromptFile,
  PromptImage,
  PromptMessage,
  PromptPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolOutput,
  ToolResultPart,
} from "./prompt/prompt-message.ts";
export { mayAskModel } from "./repair/model/may-ask-model.ts";
export { type RepairAnswer, readRepairAnswer } from "./repair/model/read-repair-answer.ts";
export { type RepairRequest, repairPrompt } from "./repair/model/repair-prompt.ts";
export {
  type ModelRepair,
  type ModelRepairOptions,
  type RepairCall,
  repairWithModel,
} from "./repair/model/repair-with-model.ts";
export { type PartialReading, parsePartial } from "./repair/partial/parse-partial.ts";
export { PartialReader } from "./repair/partial/partial-reader.ts";
export { type RepairedValue, repair, repairAsync } from "./repair/repair.ts";
export type { RepairFlag, RepairKind } from "./repair/repair-kinds.ts";
export type { RepairLimits, RepairOptions, RepairPolicy } from "./repair/repair-options.ts";
export type {
  Repair,
  RepairFailure,
  RepairFailureReason,
  RepairResult,
  RepairSuccess,
} from "./repair/repair-result.ts";
export { repairToolArguments } from "./repair/repair-tool-arguments.ts";
export type { RepairIssue } from "./repair/schema/check-json.ts";
export type { JsonSchema } from "./repair/schema/json-schema.ts";
export { type RepairSummary, summarizeRepair } from "./repair/summarize-repair.ts";
export { APPROVAL, type Approval } from "./tools/approval.ts";
export type { OnToolError } from "./tools/run-tool.ts";
export type { AgentTool, ToolCall, ToolCallOptions, ToolSchema, WrappedJsonSchema } from "./tools/tool.ts";
