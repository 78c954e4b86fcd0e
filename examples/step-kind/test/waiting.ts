import { type Step, steps } from "@flujo/dsl";

/** The context of the steps in these tests: what was done in it. */
export interface Notes {
  readonly notes: string[];
}

export const s = steps<Notes>();

/** What became of waiting steps, in the order in which it did. */
export class Fates {
  readonly list: string[] = [];
  #running = 0;

  /** How many waiting steps have neither ended nor been aborted. */
  get running(): number {
    return this.#running;
  }

  /** A step that notes its name in the context, waits, and gives its name. It heeds its signal. */
  waits(name: string, ms: number, error?: Error): Step<unknown, string, Notes> {
    return s.step(name, async (_input: unknown, { signal, update }) => {
      update((draft) => draft.notes.push(name));
      this.#running++;
      try {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(resolve, ms);
          const stop = (): void => {
            clearTimeout(timer);
            reject(signal.reason as Error);
          };
          if (signal.aborted) stop();
          else signal.addEventListener("abort", stop, { once: true });
        });
        if (error !== undefined) throw error;
        this.list.push(`${name} done`);
        return name;
      } catch (thrown) {
        this.list.push(`${name} ${signal.aborted ? "aborted" : "failed"}`);
        throw thrown;
      } finally {
        this.#running--;
      }
    });
  }
}
