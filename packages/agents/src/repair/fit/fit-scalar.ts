import type { Shape } from "../schema/shapes.ts";
import type { SourceNode, TextNode, WordNode } from "../text/source-node.ts";
import { chooseChoice } from "./choose-choice.ts";
import { type Fit, fitted, misfit, type Place } from "./fitted.ts";
import { numberChanges, numberInText, numberOf } from "./number-value.ts";

/** Makes a node that is neither an array nor an object the text, number, boolean or null that `shape` takes. */
export function fitScalar(node: SourceNode, shape: Shape, place: Place | undefined): Fit {
  switch (shape.type) {
    case "string":
      return isCutForm(node, shape)
        ? misfit(place, "a text of a certain form is cut off", { isTruncated: true })
        : fitText(node, textChoices(shape), place);
    case "number":
    case "integer":
      return fitNumber(node, place);
    case "boolean":
      return fitBoolean(node, place);
    default:
      return fitNull(node, place);
  }
}

/** A part of an address or a date may have the form of one, and be another. */
function isCutForm(node: SourceNode, { schema }: Shape): boolean {
  return node.kind === "text" && node.cut && (schema.format !== undefined || schema.pattern !== undefined);
}

function textChoices({ schema }: Shape): readonly string[] | undefined {
  return Array.isArray(schema.enum) ? (schema.enum as string[]) : undefined;
}

function fitText(node: SourceNode, choices: readonly string[] | undefined, place: Place | undefined): Fit {
  if (node.kind === "text") return choices === undefined ? fitted(node.text) : fitChoice(node, choices, place);
  if (node.kind === "number") {
    if (node.cut) return misfit(place, "a number is cut off", { isTruncated: true });
    if (choices !== undefined && !choices.includes(node.raw))
      return misfit(place, "this is none of the allowed values");
    return fitted(node.raw, [{ kind: "text-from-number", place, at: node.at }]);
  }
  if (node.kind === "word" && !node.cut && choices?.includes(node.raw) === true)
    return fitted(node.raw, [{ kind: "text-from-word", place, at: node.at }]);
  return misfit(place, `expected a text, but it is ${nameOf(node)}`);
}

function fitChoice(node: TextNode, choices: readonly string[], place: Place | undefined): Fit {
  const choice = chooseChoice(node.text, choices, node.cut);
  if (choice.member === undefined) {
    const message = choice.isAmbiguous
      ? "it can't be told which of the allowed values is meant"
      : "this is none of the allowed values";
    return misfit(place, message, { isAmbiguous: choice.isAmbiguous, isTruncated: node.cut });
  }
  switch (choice.how) {
    case "exact":
      return fitted(choice.member);
    case "completed":
      return fitted(choice.member, choice.member === node.text ? [] : [{ kind: "cut-literal", place, at: node.at }]);
    case "spelling":
      return fitted(choice.member, [{ kind: "choice-spelling", place, at: node.at }]);
    case "decorated":
      return fitted(choice.member, [{ kind: "choice-decorated", place, at: node.at }]);
  }
}

function fitNumber(node: SourceNode, place: Place | undefined): Fit {
  if (node.kind === "number" || node.kind === "text") {
    if (node.cut) return misfit(place, "a number is cut off", { isTruncated: true });
    const value = node.kind === "number" ? numberOf(node.raw) : numberInText(node.text);
    if (value === undefined)
      return misfit(place, "this is no number, or not for sure which", { isAmbiguous: node.kind === "number" });
    if (node.kind === "number") return fitted(value, numberChanges(node, place));
    return fitted(value, [{ kind: "number-from-text", place, at: node.at }]);
  }
  return misfit(place, `expected a number, but it is ${nameOf(node)}`);
}

function fitBoolean(node: SourceNode, place: Place | undefined): Fit {
  if (node.kind === "word" && typeof node.value === "boolean") return fitted(node.value);
  const word = node.kind === "text" && !node.cut ? node.text.trim().toLowerCase() : "";
  if (word === "true" || word === "false")
    return fitted(word === "true", [{ kind: "boolean-from-text", place, at: node.at }]);
  return misfit(place, `expected true or false, but it is ${nameOf(node)}`);
}

function fitNull(node: SourceNode, place: Place | undefined): Fit {
  if (node.kind === "word" && node.value === null) return fitted(null);
  if (isNothing(node)) return fitted(null, [{ kind: "null-from-word", place, at: node.at }]);
  return misfit(place, `expected null, but it is ${nameOf(node)}`);
}

/** Whether it is one of the words for which JSON has no value but null. */
export function isNothing(node: SourceNode): node is WordNode {
  return node.kind === "word" && typeof node.value === "string";
}

export function nameOf(node: SourceNode): string {
  switch (node.kind) {
    case "text":
      return "a text";
    case "word":
      return node.raw;
    case "number":
      return "a number";
    case "list":
      return "an array";
    case "record":
      return "an object";
  }
}
