export { formatDuration } from "./format/duration.ts";
export { formatCost, formatTokens, formatUsage, type Spending } from "./format/usage.ts";
export { type LiveProgress, type LiveProgressOptions, liveProgress } from "./progress/live-progress.ts";
