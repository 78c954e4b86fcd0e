import type { StandardSchema } from "@flujo/dsl";
import { Fitter } from "../fit/fitter.ts";
import { plainValue } from "../fit/plain-value.ts";
import { resolveRepairOptions } from "../repair-options.ts";
import { documentOf } from "../schema/document-of.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { Shapes } from "../schema/shapes.ts";
import { findCandidates } from "../text/find-candidates.ts";
import type { ListNode, RecordNode } from "../text/source-node.ts";

/** What there is so far of a value that is still being written. */
export interface PartialReading {
  /** What has been said so far; `undefined` before there is an object or array. To be looked at: nobody has validated it. */
  readonly value: unknown;
  /** Whether its last bracket has come. */
  readonly isComplete: boolean;
}

/**
 * Reads as much of an object or array as there is in a text that may end anywhere, in prose or a fence too. A text is as long as it
 * came; a number, and whatever else a further character could change, is left out until it is known to be whole. With a
 * schema, what has come is made to fit it as `repair` does, without what has not.
 *
 * Takes linear time, and so quadratic time over a stream if it is called for each piece: a {@link PartialReader} does not.
 */
export function parsePartial(text: string, schema?: StandardSchema | JsonSchema): PartialReading {
  return readPartial(text, shapesOf(schema));
}

const NOTHING: PartialReading = { value: undefined, isComplete: false };

const { limits } = resolveRepairOptions({});

export function readPartial(text: string, shapes: Shapes | undefined): PartialReading {
  if (text.length > limits.maxCharacters) return NOTHING;
  const { candidates } = findCandidates(text, limits.maxDepth);
  const candidate = candidates.findLast(({ isThought }) => !isThought);
  const readings = candidate?.readings ?? [];
  const root = (readings.find(({ doubt }) => doubt === undefined) ?? readings[0])?.root;
  if (root?.kind !== "record" && root?.kind !== "list") return NOTHING;
  return { value: shownValue(root, shapes), isComplete: !root.open };
}

export function shapesOf(schema: StandardSchema | JsonSchema | undefined): Shapes | undefined {
  const document = documentOf(resolveRepairOptions({ schema }).schema);
  return document && new Shapes(document);
}

/** What does not fit is shown as it was written. */
function shownValue(root: RecordNode | ListNode, shapes: Shapes | undefined): unknown {
  const fit = shapes && new Fitter(shapes, () => undefined, root.open).fit(root, shapes.document.root, undefined);
  if (fit?.ok === true) return fit.value;
  const plain = plainValue(root, undefined, true);
  return plain.ok ? plain.value : undefined;
}
