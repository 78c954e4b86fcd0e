// Writes the values that a seed stands for, each as a line.
import { TaggedJsonSerializer } from "@flujo/core";
import fc from "fast-check";
import { arbitraryValue } from "../arbitrary-value.ts";

const serializer = new TaggedJsonSerializer();
const [seed] = process.argv.slice(2);
for (const value of fc.sample(arbitraryValue, { seed: Number(seed), numRuns: 500 })) {
  console.log(serializer.stringify(value));
}
