import { describeUsageGovernor } from "@flujo/testing";
import { USAGE_GOVERNORS } from "./usage-governors.ts";

for (const [name, open] of Object.entries(USAGE_GOVERNORS)) describeUsageGovernor({ name, open });
