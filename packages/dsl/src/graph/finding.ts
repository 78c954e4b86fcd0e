/** Something that a rule of `validateGraph()` noticed. */
export interface GraphFinding {
  /** Stable id of the rule: `FLJ001`. */
  readonly rule: string;
  /** A runner refuses a graph with an `error`. */
  readonly severity: "error" | "warning" | "note";
  /** Where in the graph: names from the outermost step inwards, such as `article/refine/body/critique`. */
  readonly path: string;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}
