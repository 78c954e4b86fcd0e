import type { JournalEntry } from "@flujo/core/protocols";
import type { Account } from "./account.ts";
import { anonymous, errorText, usageText } from "./compared-texts.ts";
import { contrast } from "./contrast.ts";
import type { Problem } from "./problem.ts";

/** What is recorded of the steps, but for its times. */
export function differentSteps(undisturbed: Account, killed: Account): readonly Problem[] {
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
