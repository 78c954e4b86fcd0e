/** Whatever is made into a tree of labelled nodes. */
interface Labelled<Node> {
  readonly label: string;
  readonly children: readonly Node[];
}

/**
 * The node to show for `node`, and under which label: a place that holds one thing and is nothing itself needs
 * no line of its own, so item `@3` around `words` is shown as `@3 › words`.
 */
export function withoutBarePlaces<Node extends Labelled<Node>>(
  node: Node,
  isBare: (node: Node) => boolean,
): { readonly shown: Node; readonly label: string } {
  let shown = node;
  let label = node.label;
  for (
    let [only] = shown.children;
    only !== undefined && shown.children.length === 1 && isBare(shown);
    [only] = shown.children
  ) {
    shown = only;
    if (shown.label !== label) label = `${label} › ${shown.label}`;
  }
  return { shown, label };
}
