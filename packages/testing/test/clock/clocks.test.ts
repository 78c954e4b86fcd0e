import { SystemClock } from "@flujo/core";
import { describeClock, ManualClock } from "@flujo/testing";

describeClock({ name: "system", open: () => new SystemClock() });
describeClock({ name: "manual", open: () => new ManualClock(), pass: (clock, ms) => clock.advance(ms) });
