import { isUnfinished, type Member, type RecordNode, type SourceNode, type WordNode } from "../text/source-node.ts";
import { type Fit, type FitChange, type Fitted, fitted, misfit, type Place } from "./fitted.ts";
import { numberChanges, numberOf } from "./number-value.ts";

/**
 * What is written, where no schema says what it is to be. A cut number is not used, and whatever it is in can't be
 * known to be worth anything without it.
 *
 * @param drops - leave what is cut out instead: for a value that is only to be shown
 */
export function plainValue(node: SourceNode, place: Place | undefined, drops = false): Fit {
  switch (node.kind) {
    case "text":
      return fitted(node.text);
    case "word":
      return plainWord(node, place);
    case "number": {
      const value = node.cut ? undefined : numberOf(node.raw);
      if (value === undefined)
        return misfit(place, node.cut ? "a number is cut off" : "this is no number", {
          isTruncated: node.cut,
          isAmbiguous: !node.cut,
        });
      return fitted(value, numberChanges(node, place));
    }
    case "list": {
      const items: unknown[] = [];
      const parts: Fitted[] = [];
      for (const [index, item] of node.items.entries()) {
        const fit = plainValue(item, { parent: place, key: index, isOneOfMany: true }, drops);
        if (!fit.ok && !(drops && isUnfinished(item))) return fit;
        if (!fit.ok) continue;
        items.push(fit.value);
        keepPart(parts, fit);
      }
      return fitted(items, [], parts);
    }
    case "record": {
      const { members, changes } = lastOfEach(node, place);
      const entries: [string, unknown][] = [];
      const parts: Fitted[] = [];
      for (const { key, node: value } of members) {
        const fit = plainValue(value, { parent: place, key, isOneOfMany: false }, drops);
        if (!fit.ok && !(drops && isUnfinished(value))) return fit;
        if (!fit.ok) continue;
        entries.push([key, fit.value]);
        keepPart(parts, fit);
      }
      return fitted(Object.fromEntries(entries), changes, parts);
    }
  }
}

/** Keeps a part if it has anything to tell: most have not, and there may be many. */
export function keepPart(parts: Fitted[], part: Fitted): void {
  if (part.cost > 0 || part.changes.length > 0 || part.parts.length > 0 || part.hasUnnamedKeys) parts.push(part);
}

function plainWord(node: WordNode, place: Place | undefined): Fitted {
  if (typeof node.value !== "string") return fitted(node.value);
  return fitted(null, [{ kind: "null-from-word", place, at: node.at }]);
}

/** The members of an object, the last of each key, where the key first stood. */
export function lastOfEach(
  node: RecordNode,
  place: Place | undefined,
): { readonly members: readonly Member[]; readonly changes: readonly FitChange[] } {
  if (areDistinct(node.members)) return { members: node.members, changes: [] };
  const last = new Map<string, Member>();
  const changes: FitChange[] = [];
  for (const member of node.members) {
    if (last.has(member.key)) changes.push({ kind: "duplicate-key", place, at: member.at });
    last.set(member.key, member);
  }
  return { members: [...last.values()], changes };
}

/** Most objects are so small that looking at each pair is quicker than a set. */
function areDistinct(members: readonly Member[]): boolean {
  if (members.length > 12) return new Set(members.map(({ key }) => key)).size === members.length;
  return members.every(({ key }, index) => {
    for (let before = 0; before < index; before++) if (members[before]?.key === key) return false;
    return true;
  });
}
