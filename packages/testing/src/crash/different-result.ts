import type { Account, Reported } from "./account.ts";
import { anonymous, errorText, usageText } from "./compared-texts.ts";
import { contrast } from "./contrast.ts";
import type { Problem, ProblemKind } from "./problem.ts";

/** What the last driver was told, and what is stored. A difference that is in both is told once. */
export function differentResult(undisturbed: Account, killed: Account): readonly Problem[] {
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
