import { once } from "node:events";
import { createInterface } from "node:readline";

/** Says on its standard output that it is ready, and goes on at the moment that it is told on its standard input, in milliseconds since the epoch. */
export async function awaitStart(): Promise<void> {
  const input = createInterface(process.stdin);
  process.stdout.write("ready\n");
  const [moment] = (await once(input, "line")) as [string];
  while (Date.now() < Number(moment)) {
    // A timer would be late: all that wait so leave this loop in the same millisecond.
  }
}
