import { UuidGenerator } from "@flujo/core";
import { describeIdGenerator } from "@flujo/testing";

describeIdGenerator({ name: "UUID", open: () => new UuidGenerator() });
