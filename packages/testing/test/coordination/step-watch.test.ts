import { StepWatch } from "@flujo/core";
import { describeStepCoordinator } from "@flujo/testing";

describeStepCoordinator({ name: "watching", open: (parts) => new StepWatch(parts) });
