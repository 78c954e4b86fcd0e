import { benchChain } from "./chain.ts";
import { benchFootprint } from "./footprint.ts";
import { benchRepair } from "./repair.ts";
import { benchTypes } from "./types.ts";

const SUITES = { types: benchTypes, footprint: benchFootprint, chain: benchChain, repair: benchRepair } as const;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}"; there are: ${Object.keys(SUITES).join(", ")}`);
  process.exit(2);
}
console.log(`Node ${process.version} on ${process.platform} ${process.arch}`);
for (const [name, bench] of Object.entries(SUITES)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
