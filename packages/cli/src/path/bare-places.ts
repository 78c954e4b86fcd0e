/** Whatever is made into a tree. */
interface Branching<Node> {
  readonly children: readonly Node[];
}

/**
 * The node to show for `node`, and under which label: a place that holds one thing and is nothing itself needs
 * no line of its own, so item `@3` around `words` is shown as `@3 › words`.
 */
export function withoutBarePlaces<Node extends Branching<Node>>(
  node: Node,
  labelOf: (node: Node) => string,
  isBare: (node: Node) => boolean,
): { readonly shown: Node; readonly label: string } {
  let shown = node;
  let label = labelOf(node);
  for (
    let [only] = shown.children;
    only !== undefined && shown.children.length === 1 && isBare(shown);
    [only] = shown.children
  ) {
    shown = only;
    const inner = labelOf(shown);
    if (inner !== label) label = `${label} › ${inner}`;
  }
  return { shown, label };
}
