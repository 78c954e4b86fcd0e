import type { ContextPatch } from "../protocols/context-manager.ts";

type Path = readonly (string | number)[];

/** A change that a later one may undo. */
interface Undoable {
  readonly path: Path;
  readonly op: ContextPatch["op"];
  /** Where it is in the list of changes. */
  readonly index: number;
  /** How long the path of what undoes it may be: what stands further in may have been moved about since. */
  anchor: number;
}

/**
 * Changes that come to the same as those given, without those that a later one undoes: of a field that is replaced again and
 * again, the last, and nothing of what was changed in what it replaced.
 *
 * Changes that move others about, such as those of a list's length, leave what came before them beside them as it is.
 */
export function compactPatches(patches: readonly ContextPatch[]): readonly ContextPatch[] {
  if (patches.some(({ path }) => typeof path === "string")) return patches;
  const compacted: (ContextPatch | undefined)[] = [...patches];
  /** By the outermost field that they are in. */
  const undoable = new Map<unknown, Undoable[]>();
  for (const [index, { op, path: place }] of patches.entries()) {
    const path = place as Path;
    if (path.length === 0) {
      // The whole context is replaced.
      compacted.fill(undefined, 0, index);
      undoable.clear();
      continue;
    }
    const near = undoable.get(path[0]) ?? [];
    let left = near;
    if (op !== "replace" || path.at(-1) === "length") {
      const around = path.length - 1;
      for (const earlier of near) {
        if (startsWith(earlier.path, path.slice(0, -1))) earlier.anchor = Math.min(earlier.anchor, around);
      }
    } else {
      left = near.filter((earlier) => {
        const isUndone =
          startsWith(earlier.path, path) &&
          path.length <= earlier.anchor &&
          (earlier.path.length > path.length || earlier.op === "replace");
        if (isUndone) compacted[earlier.index] = undefined;
        return !isUndone;
      });
    }
    left.push({ path, op, index, anchor: Infinity });
    undoable.set(path[0], left);
  }
  return compacted.filter((patch) => patch !== undefined);
}

function startsWith(path: Path, beginning: Path): boolean {
  return path.length >= beginning.length && beginning.every((part, index) => part === path[index]);
}
