import { InvalidOptionError } from "@flujo/dsl";
import { apply, create, type Patches } from "mutative";
import type { ContextLine, ContextPatch } from "../protocols/context-manager.ts";

/** A context line that keeps the changes as `mutative` gives them. */
export class PatchedContextLine implements ContextLine {
  #current: unknown;
  readonly #patches: ContextPatch[] = [];

  constructor(snapshot: unknown) {
    this.#current = snapshot;
  }

  get current(): unknown {
    return this.#current;
  }

  get patches(): readonly ContextPatch[] {
    return this.#patches;
  }

  update(recipe: (draft: never) => unknown): void {
    const [next, patches] = create(
      this.#current as object,
      (draft) => {
        // What a recipe returns has no meaning: `(draft) => draft.seen.push(url)` changes the list and no more.
        const returned = recipe(draft as never);
        if (returned instanceof Promise) throw new InvalidOptionError("update", returned, "a synchronous function");
      },
      { enablePatches: true, enableAutoFreeze: true },
    );
    this.#current = next;
    for (const patch of patches) this.#patches.push(patch as ContextPatch);
  }

  replay(patches: readonly ContextPatch[]): void {
    this.#current = apply(this.#current as object, patches as Patches, { enableAutoFreeze: true });
    for (const patch of patches) this.#patches.push(patch);
  }

  replace(value: unknown): void {
    this.replay([{ op: "replace", path: [], value }]);
  }

  fork(): ContextLine {
    return new PatchedContextLine(this.#current);
  }

  adopt(fork: ContextLine): void {
    if (fork.patches.length === 0) return;
    this.#current = fork.current;
    for (const patch of fork.patches) this.#patches.push(patch);
  }
}

/** Freezes a value and all in it, so that a context can only be changed through `update`. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of value.entries()) deepFreeze([key, item]);
    for (const method of ["add", "set", "delete", "clear"]) Object.defineProperty(value, method, { value: refuse });
  }
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) deepFreeze((value as Record<PropertyKey, unknown>)[key]);
  return value;
}

/** Freezing a Map or a Set says nothing of what is in it. */
function refuse(): never {
  throw new TypeError("A context is changed by update(), and not where it stands");
}
