import type { JournalEntry, RunRecord, StoredError, Usage } from "@flujo/core/protocols";
import type { Account, Reported } from "./account.ts";
import { contrast } from "./contrast.ts";
import type { EffectHad, Happening } from "./happening.ts";
import type { Problem, ProblemKind } from "./problem.ts";
import { SettledPaths } from "./settled-paths.ts";

/** What is wrong with a run that was killed, held against the same run undisturbed. */
export function judge(undisturbed: Account, killed: Account): readonly Problem[] {
  return [
    ...repetitions(killed.happenings),
    ...lostAnswers(killed),
    ...differentEffects(undisturbed, killed),
    ...differentResult(undisturbed, killed),
    ...differentSteps(undisturbed, killed),
  ];
}

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

/** What began or had an effect although it had settled. */
export function repetitions(happenings: readonly Happening[]): readonly Problem[] {
  const settled = new SettledPaths();
  const problems: Problem[] = [];
  for (const seen of happenings) {
    if (seen.type === "settled") settled.add(seen.paths);
    else if (seen.type === "begun" && settled.covers(seen.path)) {
      problems.push({ kind: "ran-again", path: seen.path, message: `"${seen.path}" began again after it had settled` });
    } else if (seen.type === "effect" && settled.coversAttempt(seen.path, seen.attempt)) {
      const { path } = seen;
      problems.push({ kind: "ran-again", path, message: `${inWords(seen)} came after that attempt had settled` });
    }
  }
  return problems;
}

function lostAnswers({ happenings, signals }: Account): readonly Problem[] {
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

/**
 * Each effect of the undisturbed run must be there, and no other. One driver must not have it more often than the undisturbed
 * one had; the next one may have it again where the step had not settled, under the same key.
 */
function differentEffects(undisturbed: Account, killed: Account): readonly Problem[] {
  const expected = countEffects(undisturbed);
  const found = countEffects(killed);
  const problem = (effect: EffectHad, message: string): Problem => ({ kind: "effects", path: effect.path, message });
  const missing = [...expected.values()]
    .filter(({ effect }) => !found.has(identity(effect)))
    .map(({ effect }) => problem(effect, `${inWords(effect)} is missing`));
  const others = [...found.values()].flatMap(({ effect, most, keys }): readonly Problem[] => {
    const should = expected.get(identity(effect));
    if (should === undefined) return [problem(effect, `${inWords(effect)} is none of the undisturbed run's`)];
    if (most > should.most) {
      return [problem(effect, `${inWords(effect)} came ${most} times from one driver, ${should.most} undisturbed`)];
    }
    if (keys.size === 1 && should.keys.has([...keys][0] as string)) return [];
    return [
      problem(effect, `${inWords(effect)} came with the idempotency keys ${[...keys].map(quoted).join(" and ")}`),
    ];
  });
  return [...missing, ...others];
}

interface CountedEffect {
  readonly effect: EffectHad;
  /** By the driver's number. */
  readonly times: Map<number, number>;
  /** How often one driver had it, at most. */
  most: number;
  readonly keys: Set<string>;
}

function countEffects({ runId, happenings }: Account): ReadonlyMap<string, CountedEffect> {
  const counted = new Map<string, CountedEffect>();
  for (const effect of happenings) {
    if (effect.type !== "effect") continue;
    const key = identity(effect);
    const count = counted.get(key) ?? { effect, times: new Map(), most: 0, keys: new Set() };
    const times = (count.times.get(effect.by) ?? 0) + 1;
    count.times.set(effect.by, times);
    count.most = Math.max(count.most, times);
    count.keys.add(anonymous(effect.key, runId));
    counted.set(key, count);
  }
  return counted;
}

/** What makes it the same effect in another run. */
function identity({ path, attempt, what }: EffectHad): string {
  return JSON.stringify([path, attempt, what]);
}

function inWords({ path, attempt, what }: EffectHad): string {
  return `the effect${what === "" ? "" : ` ${quoted(what)}`} of "${path}" (attempt ${attempt})`;
}

/** What the last driver was told, and what is stored. A difference that is in both is told once. */
function differentResult(undisturbed: Account, killed: Account): readonly Problem[] {
  const told = differences(undisturbed, undisturbed.reported, killed, killed.reported, "");
  const stored = differences(undisturbed, storedResult(undisturbed), killed, storedResult(killed), "stored ");
  return [...told, ...stored.filter(({ kind }) => !told.some((other) => other.kind === kind))];
}

function differences(one: Account, should: Reported, other: Account, is: Reported, where: string): readonly Problem[] {
  const kinds = ["status", "output", "error", "context", "usage"] as const satisfies readonly ProblemKind[];
  return kinds.flatMap((kind) => {
    const before = anonymous(should[kind], one.runId);
    const now = anonymous(is[kind], other.runId);
    return before === now ? [] : [{ kind, message: `${where}${kind}: ${contrast(before, now)}` }];
  });
}

function storedResult({ record }: Account): Reported {
  const { status, output, error, finalContext = "none", usage } = record;
  return {
    status,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: errorText(error) }),
    context: finalContext,
    usage: usageText(usage),
  };
}

function differentSteps(undisturbed: Account, killed: Account): readonly Problem[] {
  const expected = new Map(undisturbed.entries.map((entry) => [entry.path, entry]));
  const found = new Map(killed.entries.map((entry) => [entry.path, entry]));
  const problem = (path: string, message: string): Problem => ({ kind: "steps", path, message });
  const missing = [...expected.keys()]
    .filter((path) => !found.has(path))
    .map((path) => problem(path, `the entry at "${path}" is missing`));
  const others = [...found].flatMap(([path, entry]): readonly Problem[] => {
    const should = expected.get(path);
    if (should === undefined) return [problem(path, `the entry at "${path}" is none of the undisturbed run's`)];
    const [before, now] = [contentsOf(should, undisturbed.runId), contentsOf(entry, killed.runId)];
    return Object.entries(before)
      .filter(([part, text]) => text !== now[part])
      .map(([part, text]) =>
        problem(path, `${part} of the entry at "${path}": ${contrast(text, now[part] as string)}`),
      );
  });
  return [...missing, ...others];
}

/** All of an entry but its times, in texts. */
function contentsOf(entry: JournalEntry, runId: string): Readonly<Record<string, string>> {
  const { kind, name, status, output, error, patches, attempts, usage } = entry;
  const texts = { kind, name, status, output, patches, attempts: `${attempts}`, usage: usage && usageText(usage) };
  return Object.fromEntries(
    Object.entries({ ...texts, error: error && errorText(error) }).map(([part, text]) => [
      part,
      anonymous(text, runId),
    ]),
  );
}

/** All of a stored error but where in the code it came from. */
function errorText(stored: string): string {
  const { name, code, message, path } = JSON.parse(stored) as StoredError;
  return `${name} (${code})${path === undefined ? "" : ` at "${path}"`}: ${message}`;
}

/** A usage in words that can be compared. */
export function usageText(usage: Usage | undefined): string {
  return JSON.stringify(usage, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)) ?? "none";
}

/** Runs of other ids are to be compared. */
function anonymous(text: string | undefined, runId: string): string {
  return text === undefined ? "none" : text.replaceAll(runId, "RUN");
}

function quoted(text: string): string {
  return `"${text}"`;
}
