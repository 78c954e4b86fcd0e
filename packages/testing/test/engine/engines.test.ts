import { describeDurableEngine } from "@flujo/testing";
import { folding, keyed, ordered } from "./hosted-runs.ts";

describeDurableEngine({ name: "keyed", open: () => keyed() });
describeDurableEngine({ name: "keyed, often folded,", open: () => keyed([folding]), listsAllSteps: false });
describeDurableEngine({ name: "ordered", open: (seed) => ordered(seed) });
