/** The paths at which entries are known to be. A composite's stands for all that is below it. */
export class SettledPaths {
  readonly #paths = new Set<string>();

  add(paths: readonly string[]): void {
    for (const path of paths) this.#paths.add(path);
  }

  /** Whether a step at `path` has nothing more to do: its own entry is there, or that of a step around it. */
  covers(path: string): boolean {
    if (this.#paths.has(path)) return true;
    for (const { index } of path.matchAll(/[/[#@!]/g)) {
      if (this.#paths.has(path.slice(0, index))) return true;
    }
    return false;
  }

  /** Whether an attempt at the step is over: it has failed, and that is recorded. */
  coversAttempt(path: string, attempt: number): boolean {
    return this.covers(path) || this.#paths.has(`${path}:attempt#${attempt}`);
  }
}
