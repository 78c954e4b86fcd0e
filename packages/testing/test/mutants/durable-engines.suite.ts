import { describeDurableEngine } from "@flujo/testing";
import { DURABLE_ENGINES } from "./durable-engines.ts";

for (const [name, open] of Object.entries(DURABLE_ENGINES)) describeDurableEngine({ name, open, seeds: [1] });
