import { requiredKeys, schemasUnder } from "../schema/json-schema.ts";
import type { Shape } from "../schema/shapes.ts";
import { isUnfinished, type RecordNode, type SourceNode, type TextNode } from "../text/source-node.ts";
import { isNothing, nameOf } from "./fit-scalar.ts";
import { type Fit, type FitChange, type Fitted, fitted, misfit, type Place } from "./fitted.ts";
import type { Fitter } from "./fitter.ts";
import { isMisspelt } from "./misspelling.ts";
import { foldKey, nameMembers } from "./name-members.ts";
import { keepPart, lastOfEach } from "./plain-value.ts";

/** Makes a node the object that `shape` takes. */
export function fitRecord(node: SourceNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit {
  if (node.kind === "record") {
    const direct = fitMembers(node, shape, place, fitter);
    // One in which the schema names nothing at all may be nothing but a wrapper.
    const isStrange = direct.ok && (direct.hasUnnamedKeys || direct.changes.some(({ kind }) => kind === "extra-key"));
    if (direct.ok && !(isStrange && (fitter.isPartial || namesNone(node, shape, direct)))) return direct;
    const unwrapped = fitUnwrapped(node, shape, place, fitter);
    return unwrapped?.ok === true ? unwrapped : direct;
  }
  if (isWrittenRecord(node)) return fitter.fitParsedText(node, shape, place);
  if (node.kind !== "list")
    return misfit(place, `expected an object, but it is ${nameOf(node)}`, { isTruncated: isUnfinished(node) });
  const wrapped = fitWrapped(node, shape, place, fitter);
  const [only] = node.items.length === 1 && !node.open ? node.items : [];
  if (only?.kind !== "record" && !isWrittenRecord(only)) return wrapped;
  const single =
    only.kind === "record" ? fitMembers(only, shape, place, fitter) : fitter.fitParsedText(only, shape, place);
  if (!single.ok) return wrapped;
  if (wrapped.ok) return misfit(place, "an array that may hold the object or belong into it", { isAmbiguous: true });
  return fitted(single.value, [{ kind: "unwrapped", place, at: node.at }], [single]);
}

function namesNone({ members }: RecordNode, { schema }: Shape, direct: Fitted): boolean {
  const properties = schemasUnder(schema, "properties");
  if (direct.changes.some(({ kind }) => kind === "key-style")) return false;
  return !members.some(({ key }) => Object.hasOwn(properties, key));
}

/** Whether it is a text that holds an object. */
function isWrittenRecord(node: SourceNode | undefined): node is TextNode {
  return node?.kind === "text" && /^\s*\{/.test(node.text);
}

/** An array is put under the only key that takes one. */
function fitWrapped(node: SourceNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit {
  const properties = Object.entries(schemasUnder(shape.schema, "properties"));
  const taking = properties.filter(([, schema]) =>
    fitter.shapes.of(schema).some(({ type }) => type === "array" || type === "any"),
  );
  const [key, schema] = taking[0] ?? [];
  const missing = requiredKeys(shape.schema).some((required) => required !== key);
  if (taking.length !== 1 || key === undefined || schema === undefined || missing)
    return misfit(place, `expected an object, but it is ${nameOf(node)}`);
  // It may as well be the outer array once more.
  if (typeof place?.key === "number")
    return misfit(place, "an array that may hold an item or be part of one", { isAmbiguous: true });
  const list = fitter.fit(node, schema, { parent: place, key, isOneOfMany: false });
  if (!list.ok) return list;
  return fitted({ [key]: list.value }, [{ kind: "wrapped-in-object", place, at: node.at }], [list]);
}

/** The object may be the only thing in another one, or in several, under a key that the schema does not know; as an array of one or a text, too. */
function fitUnwrapped(node: RecordNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit | undefined {
  const [member] = node.members;
  if (node.members.length !== 1 || member === undefined) return undefined;
  const held = onlyItem(member.node);
  const direct = fitHeld(held, shape, place, fitter);
  const inner = direct?.ok !== true && held.kind === "record" ? fitUnwrapped(held, shape, place, fitter) : direct;
  return inner?.ok === true ? fitted(inner.value, [{ kind: "unwrapped", place, at: node.at }], [inner]) : undefined;
}

function onlyItem(node: SourceNode): SourceNode {
  const [only] = node.kind === "list" && node.items.length === 1 && !node.open ? node.items : [];
  return only?.kind === "record" ? only : node;
}

/** It must be recognised by something: otherwise any object would do. */
function fitHeld(node: SourceNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit | undefined {
  const properties = schemasUnder(shape.schema, "properties");
  if (node.kind === "record") {
    const names = new Set(Object.keys(properties).map(foldKey));
    const isKnown = node.members.some(({ key }) => names.has(foldKey(key)));
    return isKnown ? fitMembers(node, shape, place, fitter) : undefined;
  }
  const fit = isWrittenRecord(node) ? fitter.fitParsedText(node, shape, place) : undefined;
  return fit?.ok === true && Object.keys(fit.value as object).some((key) => Object.hasOwn(properties, key))
    ? fit
    : undefined;
}

function fitMembers(node: RecordNode, shape: Shape, place: Place | undefined, fitter: Fitter): Fit {
  const { schema } = shape;
  const required = requiredKeys(schema);
  const { members, changes: doubled } = lastOfEach(node, place);
  const named = nameMembers(members, schema, fitter.shapes.document);
  const changes: FitChange[] = [...doubled];
  if (named.some(({ member, key }) => member.key !== key)) changes.push({ kind: "key-style", place, at: node.at });
  const entries: [string, unknown][] = [];
  const parts: Fitted[] = [];
  let hasUnnamedKeys = false;
  const properties = schemasUnder(schema, "properties");
  for (const { member, key, schema: wanted } of named) {
    const isNamed = Object.hasOwn(properties, key);
    const below: Place = { parent: place, key, isOneOfMany: !isNamed };
    if (wanted === undefined) {
      changes.push({ kind: "extra-key", place: below, at: member.at });
      continue;
    }
    const fit = fitter.fit(member.node, wanted, below);
    if (fit.ok) {
      entries.push([key, fit.value]);
      keepPart(parts, fit);
      hasUnnamedKeys ||= !isNamed && wanted === true && schema.additionalProperties === undefined;
    } else if (!(fitter.isPartial && isUnfinished(member.node)) && (required.includes(key) || fit.isAmbiguous)) {
      return fit;
    } else if (isUnfinished(member.node)) {
      changes.push({ kind: "dropped", place: below, at: member.at });
    } else if (isNamed && member.node.kind === "word" && (member.node.value === null || isNothing(member.node))) {
      changes.push({ kind: "null-as-absent", place: below, at: member.at });
    } else return fit;
  }
  if (fitter.isPartial && node.open) return fitted(Object.fromEntries(entries), changes, parts, hasUnnamedKeys);
  const extra = named.filter((member) => member.schema === undefined);
  if (extra.length > 0) {
    if (extra.length === named.length) return misfit(place, "none of its keys is allowed");
    const used = new Set(named.map(({ key }) => key));
    const absent = Object.keys(properties).filter((name) => !used.has(name));
    const usedFolded = new Set(
      Object.keys(properties)
        .filter((name) => used.has(name))
        .map(foldKey),
    );
    if (extra.some(({ key }) => usedFolded.has(foldKey(key)) || absent.some((name) => isMisspelt(key, name))))
      return misfit(place, "a key that is not allowed may be another one", { isAmbiguous: true });
  }
  const missing = required.find((key) => !entries.some(([present]) => present === key));
  if (missing !== undefined) return misfit(place, `"${missing}" is missing`, { isTruncated: node.open });
  return fitted(Object.fromEntries(entries), changes, parts, hasUnnamedKeys);
}
