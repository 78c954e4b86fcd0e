import { RunNotFoundError, type RunQuery, type RunRecord, type StateBackend } from "@flujo/core/protocols";
import { UsageError } from "../errors/usage-error.ts";

const MOST_A_PAGE = 200;
/** Runs named when several fit. */
const MAX_NAMED = 8;

/**
 * The run whose id is `id`, or the only one whose id begins with it.
 *
 * @throws {@link RunNotFoundError} if there is none, {@link UsageError} if there are several.
 */
export async function findRun(state: StateBackend, id: string): Promise<RunRecord> {
  const exact = await state.getRun(id);
  if (exact !== undefined) return exact;
  const matches: RunRecord[] = [];
  for await (const run of allRuns(state)) {
    if (run.runId.startsWith(id)) matches.push(run);
  }
  const [only] = matches;
  if (only === undefined) throw new RunNotFoundError(id);
  if (matches.length === 1) return only;
  const named = matches.slice(0, MAX_NAMED).map(({ runId }) => runId);
  const rest = matches.length - named.length;
  throw new UsageError(
    `"${id}" is the beginning of ${matches.length} runs: ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
  );
}

/** All runs that a query finds, newest first. They are read in pages of `limit`, at most {@link MOST_A_PAGE}. */
export async function* allRuns(state: StateBackend, query: Omit<RunQuery, "cursor"> = {}): AsyncGenerator<RunRecord> {
  const limit = Math.min(query.limit ?? MOST_A_PAGE, MOST_A_PAGE);
  let cursor: string | undefined;
  do {
    const page = await state.listRuns({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.runs;
    cursor = page.next;
  } while (cursor !== undefined);
}
