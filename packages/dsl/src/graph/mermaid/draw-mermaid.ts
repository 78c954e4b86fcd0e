import { checkChoice } from "../../errors/check-option.ts";
import type { AnyStep } from "../../step/step.ts";
import { type MermaidDetail, resolveDetail } from "./detail.ts";
import { Drawing } from "./drawing.ts";
import { OverlayIndex, type RunOverlay } from "./run-overlay.ts";

export interface MermaidOptions {
  /** Top to bottom or left to right. Default `TD`. */
  readonly direction?: "TD" | "LR";
  /** How much is shown. Default `auto`. */
  readonly detail?: MermaidDetail;
  /** A run whose outcomes, times and costs are laid over the drawing: what `run` returned. */
  readonly run?: RunOverlay;
}

/**
 * Draws any graph of steps from what each says of itself: its outline, its notes, its children and the ways between them.
 *
 * @throws {@link InvalidOptionError} naming the first option that can't be used.
 */
export function drawMermaid(root: AnyStep, options: MermaidOptions = {}): string {
  const direction = checkChoice("direction", options.direction ?? "TD", ["TD", "LR"]);
  const detail = checkChoice("detail", options.detail ?? "auto", ["low", "medium", "full", "auto"]);
  const overlay = options.run === undefined ? undefined : new OverlayIndex(options.run);
  const drawing = new Drawing(resolveDetail(detail, root), overlay);
  drawing.drawRoot(root);
  return [`flowchart ${direction}`, ...drawing.lines(), ""].join("\n");
}
