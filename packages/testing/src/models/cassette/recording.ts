import type { RecordedRequest } from "./recorded-request.ts";
import type { RecordedResponse } from "./recorded-response.ts";

/** One request and what was answered. */
export interface Recording {
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

/** Where a recording belongs: it answers the `nth` request, from 0, of the content that `key` names. */
export interface Take {
  readonly key: string;
  readonly nth: number;
  readonly recording: Recording;
}
