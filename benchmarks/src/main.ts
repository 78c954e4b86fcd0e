import { benchAgent } from "./agent.ts";
import { benchAttached } from "./attached.ts";
import { benchChain } from "./chain.ts";
import { benchComposites } from "./composites.ts";
import { benchContext } from "./context.ts";
import { benchDurable } from "./durable.ts";
import { benchFootprint } from "./footprint.ts";
import { benchImport } from "./import.ts";
import { benchListing } from "./listing.ts";
import { benchPeers } from "./peers.ts";
import { benchPool } from "./pool.ts";
import { benchPostgres } from "./postgres.ts";
import { benchRepair } from "./repair.ts";
import { benchResume } from "./resume.ts";
import { benchScale } from "./scale.ts";
import { benchSerializer } from "./serializer.ts";
import { benchTypes } from "./types.ts";

const SUITES = {
  types: benchTypes,
  footprint: benchFootprint,
  import: benchImport,
  chain: benchChain,
  postgres: benchPostgres,
  attached: benchAttached,
  composites: benchComposites,
  context: benchContext,
  scale: benchScale,
  pool: benchPool,
  serializer: benchSerializer,
  repair: benchRepair,
  agent: benchAgent,
  durable: benchDurable,
  listing: benchListing,
  resume: benchResume,
} as const;
/** Only run if asked for: what they are about has to be installed first. */
const OPTIONAL = { peers: benchPeers } as const;
const ALL = { ...SUITES, ...OPTIONAL };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}"; there are: ${Object.keys(ALL).join(", ")}`);
  process.exit(2);
}
console.log(`Node ${process.version} on ${process.platform} ${process.arch}`);
for (const [name, bench] of Object.entries(asked.length === 0 ? SUITES : ALL)) {
  if (asked.length === 0 || asked.includes(name)) await bench();
}
