import { InvalidOptionError } from "@flujo/dsl";
import { apply, create, type Patches } from "mutative";

/**
 * One line of succession of the run's context: an immutable value, and the changes by which it came from
 * the value that the line began with. Steps in sequence share a line; an attempt works on a fork,
 * which is adopted if it succeeds and dropped if it fails; parallel branches each have one.
 */
export class ContextLine {
  #current: unknown;
  #patches: Patches = [];

  constructor(snapshot: unknown) {
    this.#current = snapshot;
  }

  get current(): unknown {
    return this.#current;
  }

  /** What led from the snapshot to the current value, in order. */
  get patches(): Patches {
    return this.#patches;
  }

  /** Lets `recipe` edit a draft. @throws {@link InvalidOptionError} if it is asynchronous. */
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
    for (const patch of patches) this.#patches.push(patch);
  }

  /** Goes on from changes that were recorded. */
  replay(patches: Patches): void {
    this.#current = apply(this.#current as object, patches, { enableAutoFreeze: true });
    for (const patch of patches) this.#patches.push(patch);
  }

  /** Puts another value in the context's place. */
  replace(value: unknown): void {
    this.replay([{ op: "replace", path: [], value }]);
  }

  fork(): ContextLine {
    return new ContextLine(this.#current);
  }

  /** Goes on from where a fork of this line, as it stands, has arrived. */
  adopt(fork: ContextLine): void {
    if (fork.#patches.length === 0) return;
    this.#current = fork.#current;
    for (const patch of fork.#patches) this.#patches.push(patch);
  }
}

/** Freezes a value and all in it, so that a context can only be changed through `update`. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) deepFreeze((value as Record<PropertyKey, unknown>)[key]);
  return value;
}
