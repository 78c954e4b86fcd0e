import { canonicalJson } from "../schema/canonical-json.ts";
import { itemSchema } from "../schema/json-schema.ts";
import type { Shape } from "../schema/shapes.ts";
import { isUnfinished, type ListNode, type SourceNode } from "../text/source-node.ts";
import { nameOf } from "./fit-scalar.ts";
import { type Fit, type FitChange, type Fitted, fitted, misfit, type Place } from "./fitted.ts";
import type { Fitter } from "./fitter.ts";
import { keepPart } from "./plain-value.ts";

/** What may stand between values that were written into one text; words, only where there are few of them. */
const SEPARATED = /[,;|\n•]|^\S+(?: \S+)? (?:and|or|und|oder|et|ou|y|&|\+|\/) \S+(?: \S+)?$/;

/** Makes a node the array that `shape` takes. */
export function fitList(node: SourceNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit {
  if (node.kind === "list") return fitItems(node, shape, place, fitter);
  if (node.kind === "text") {
    if (/^\s*[[(]/.test(node.text)) return fitter.fitParsedText(node, shape, place);
    if (node.cut || node.text.trim() === "" || SEPARATED.test(node.text.trim()))
      return misfit(place, "a text that may stand for any number of items", { isAmbiguous: true });
  }
  if (node.kind === "number" && node.raw.includes(","))
    return misfit(place, "a number that may be several", { isAmbiguous: true });
  if (node.kind === "word" && typeof node.value !== "boolean")
    return misfit(place, `expected an array, but it is ${node.raw}`);
  const wrapped = fitSingle(node, shape, place, fitter);
  const [member] = node.kind === "record" && node.members.length === 1 ? node.members : [];
  if (member?.node.kind !== "list") return wrapped;
  const taken = fitItems(member.node, shape, place, fitter);
  if (!taken.ok) return wrapped;
  if (wrapped.ok && !wrapped.hasUnnamedKeys && canonicalJson(wrapped.value) !== canonicalJson(taken.value))
    return misfit(place, "an object that may be an item or hold the items", { isAmbiguous: true });
  return fitted(taken.value, [{ kind: "unwrapped", place, at: node.at }], [taken]);
}

function fitSingle(node: SourceNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit {
  // It may as well be the outer array whose brackets are missing.
  if (typeof place?.key === "number")
    return misfit(place, "an item that may belong to an array of its own", { isAmbiguous: true });
  const item = fitter.fit(node, itemSchema(shape.schema, 0), { parent: place, key: 0, isOneOfMany: true });
  if (!item.ok) return { ...item, place, message: `expected an array, but it is ${nameOf(node)}` };
  return fitted([item.value], [{ kind: "wrapped-in-list", place, at: node.at }], [item]);
}

function fitItems(node: ListNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit {
  const values: unknown[] = [];
  const parts: Fitted[] = [];
  const changes: FitChange[] = [];
  for (const [index, item] of node.items.entries()) {
    const fit = fitter.fit(item, itemSchema(shape.schema, index), { parent: place, key: index, isOneOfMany: true });
    if (fit.ok) {
      values.push(fit.value);
      keepPart(parts, fit);
    } else if (isUnfinished(item) && (fitter.isPartial || !fit.isAmbiguous)) {
      changes.push({ kind: "dropped", place, at: item.at });
    } else return fit;
  }
  return fitted(values, changes, parts);
}
