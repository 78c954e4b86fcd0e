import { SystemRandom } from "@flujo/core";
import { describeRandom } from "@flujo/testing";

describeRandom({ name: "system", open: () => new SystemRandom() });
