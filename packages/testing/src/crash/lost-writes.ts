import type { JournalEntry, RunRecord } from "@flujo/core/protocols";
import type { Account } from "./account.ts";
import type { Happening } from "./happening.ts";
import type { Problem } from "./problem.ts";

/** Entries that were acknowledged, and that the store does not have. */
export function lostEntries(happenings: readonly Happening[], stored: readonly JournalEntry[]): readonly Problem[] {
  const paths = new Set(stored.map(({ path }) => path));
  const acknowledged = happenings.flatMap((seen) =>
    seen.type === "settled" && seen.by !== undefined ? seen.paths : [],
  );
  return acknowledged
    .filter((path) => !paths.has(path))
    .map((path) => ({
      kind: "lost-entry",
      path,
      message: `the entry at "${path}" was acknowledged, and is not in the store`,
    }));
}

/** An ending or a pause that was acknowledged, and that is not how the run stands, although nobody has asked for it since. */
export function lostEnding(happenings: readonly Happening[], record: RunRecord | undefined): readonly Problem[] {
  const last = happenings.findLast(({ type }) => type === "stood" || type === "wanted");
  if (last?.type !== "stood") return [];
  const tokens = new Set(record?.awaiting.map(({ token }) => token));
  if (record?.status === last.status && last.tokens.every((token) => tokens.has(token))) return [];
  const now = record === undefined ? "is unknown" : `is ${record.status}, with ${tokens.size} questions`;
  const was = `${last.status}, with ${last.tokens.length} questions`;
  return [{ kind: "lost-ending", message: `it was acknowledged that the run is ${was}; in the store it ${now}` }];
}

/** Answers that were acknowledged, and that the store does not have. */
export function lostAnswers({ happenings, signals }: Account): readonly Problem[] {
  const stored = new Map(signals.map(({ path, value }) => [path, value]));
  const acknowledged = new Set<string>();
  return happenings.flatMap((seen): readonly Problem[] => {
    if (seen.type !== "answered") return [];
    const { path, value } = seen;
    // The first stays, so that there can be no second.
    const lost = stored.get(path) !== value || acknowledged.has(path);
    acknowledged.add(path);
    return lost
      ? [{ kind: "lost-answer", path, message: `an answer to "${path}" was acknowledged and then lost` }]
      : [];
  });
}
