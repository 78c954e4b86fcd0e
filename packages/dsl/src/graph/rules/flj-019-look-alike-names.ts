import type { Rule } from "../place.ts";
import { sequenceOf } from "./siblings.ts";

/** Names that differ in case or spaces alone are hard to tell apart in paths, and in what is stored under them. */
export const lookAlikeNames: Rule = ({ step }) => {
  const labels = step
    .children()
    .flatMap(({ role, label }) => (role === "branch" && label !== undefined ? [label] : []));
  const alike = new Map<string, string>();
  const pairs = new Map<string, string>();
  for (const name of [...sequenceOf(step).map((sibling) => sibling.name), ...labels]) {
    const look = name.toLowerCase().replace(/\s+/gu, "");
    const elder = alike.get(look);
    if (elder === undefined) alike.set(look, name);
    else if (elder !== name) pairs.set(name, elder);
  }
  return [...pairs].map(([name, elder]) => ({
    rule: "FLJ019",
    severity: "warning",
    message: `the names ${JSON.stringify(elder)} and ${JSON.stringify(name)} in "${step.name}" differ in case or spaces alone`,
    fix: "give them names that can be told apart",
  }));
};
