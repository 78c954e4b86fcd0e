import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of the heap that are in use once all garbage is gone. */
export function heapInUse(): number {
  // What the first pass finalizes is free after the second.
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
