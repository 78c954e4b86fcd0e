import { canonicalJson } from "../schema/canonical-json.ts";
import { accepts, ownIssues } from "../schema/check-json.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import type { Shape, Shapes } from "../schema/shapes.ts";
import type { SyntaxChange } from "../text/reading.ts";
import { isUnfinished, type SourceNode, type TextNode } from "../text/source-node.ts";
import { fitList } from "./fit-list.ts";
import { fitRecord } from "./fit-record.ts";
import { fitScalar } from "./fit-scalar.ts";
import { allChanges, type Fit, type Fitted, fitted, type Misfit, misfit, type Place } from "./fitted.ts";
import { plainValue } from "./plain-value.ts";

/** Reads the whole of a text as one value, if that can be done without a doubt. */
export type ReadText = (
  text: string,
) => { readonly root: SourceNode; readonly changes: readonly SyntaxChange[] } | undefined;

/** Makes trees fit schemas. What it has found once for an array or object and a schema, it knows. */
export class Fitter {
  readonly shapes: Shapes;
  /** Whether what is still open may lack anything, and what fits nothing yet is left out: it is only to be shown. */
  readonly isPartial: boolean;
  readonly #readText: ReadText;
  readonly #known = new Map<SourceNode, Map<JsonSchema, Fit>>();

  constructor(shapes: Shapes, readText: ReadText, isPartial = false) {
    this.shapes = shapes;
    this.isPartial = isPartial;
    this.#readText = readText;
  }

  /** The cheapest way to make `node` what `schema` takes. Two that cost the same and differ are ambiguous. */
  fit(node: SourceNode, schema: JsonSchema, place: Place | undefined): Fit {
    const shapes = this.shapes.of(schema);
    if (node.kind !== "list" && node.kind !== "record") return this.#choose(node, shapes, place);
    const ofNode = this.#known.get(node);
    const known = ofNode?.get(schema);
    if (known !== undefined) return known;
    const fit = this.#choose(node, shapes, place);
    if (ofNode === undefined) this.#known.set(node, new Map([[schema, fit]]));
    else ofNode.set(schema, fit);
    return fit;
  }

  /** A text that holds, as JSON, what was asked for. */
  fitParsedText(node: TextNode, shape: Shape, place: Place | undefined): Fit {
    const inner = node.cut ? undefined : this.#readText(node.text);
    if (inner === undefined) return misfit(place, "a text whose JSON can't be read", { isTruncated: node.cut });
    const fit = this.#fitShape(inner.root, shape, place);
    if (!fit.ok) return fit;
    // Its places are in a text of its own.
    const changes = [...inner.changes, ...allChanges(fit)].map((change) => ({ place, ...change, at: node.at }));
    return {
      ...fitted(fit.value, [{ kind: "parsed-text", place, at: node.at }, ...changes]),
      hasUnnamedKeys: fit.hasUnnamedKeys,
    };
  }

  #choose(node: SourceNode, shapes: readonly Shape[], place: Place | undefined): Fit {
    let best: Fitted | undefined;
    let hasRival = false;
    let problem: Misfit | undefined;
    for (const shape of shapes) {
      const fit = this.#fitShape(node, shape, place);
      if (!fit.ok) {
        if (problem === undefined || tellsMore(fit, problem, place)) problem = fit;
        continue;
      }
      if (fit.cost === 0 && !fit.hasUnnamedKeys) return fit;
      if (best === undefined || weightOf(fit) < weightOf(best)) [best, hasRival] = [fit, false];
      else if (weightOf(fit) === weightOf(best)) hasRival ||= canonicalJson(fit.value) !== canonicalJson(best.value);
    }
    if (hasRival) return misfit(place, "it fits several alternatives", { isAmbiguous: true });
    return best ?? problem ?? misfit(place, "nothing is allowed here");
  }

  #fitShape(node: SourceNode, shape: Shape, place: Place | undefined): Fit {
    const fit = this.#fitType(node, shape, place);
    if (!fit.ok || (this.isPartial && isUnfinished(node))) return fit;
    const [issue] = shape.type === "any" ? [] : ownIssues(fit.value, shape.schema, this.shapes.document);
    if (issue !== undefined) return misfit(place, issue);
    return shape.type !== "any" || accepts(fit.value, shape.schema, this.shapes.document)
      ? fit
      : misfit(place, "it is not what the schema asks for");
  }

  #fitType(node: SourceNode, shape: Shape, place: Place | undefined): Fit {
    switch (shape.type) {
      case "any":
        return plainValue(node, place, this.isPartial);
      case "object":
        return fitRecord(node, shape, place, this);
      case "array":
        return fitList(node, shape, place, this);
      default: {
        const [only] = node.kind === "list" && node.items.length === 1 && !node.open ? node.items : [];
        if (only === undefined || only.kind === "list") return fitScalar(node, shape, place);
        const inner = fitScalar(only, shape, place);
        // The array around it may have been closed too early, and opened once more.
        if (inner.ok && typeof place?.key === "number")
          return misfit(place, "an array of one where an item should be", { isAmbiguous: true });
        return inner.ok ? fitted(inner.value, [{ kind: "unwrapped", place, at: node.at }], [inner]) : inner;
      }
    }
  }
}

/** Keys without a name in the schema speak against an alternative. */
function weightOf(fit: Fitted): number {
  return fit.cost + (fit.hasUnnamedKeys ? 2 : 0);
}

/** Of the reasons why several alternatives are not met, the one to report is not just another type. */
function tellsMore(fit: Misfit, other: Misfit, place: Place | undefined): boolean {
  if (other.isAmbiguous) return false;
  if (fit.isAmbiguous) return true;
  if (fit.isTruncated !== other.isTruncated) return fit.isTruncated;
  return other.place === place && fit.place !== place;
}
