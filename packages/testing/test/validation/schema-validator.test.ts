import { SchemaValidator } from "@flujo/core";
import { describeTypeValidator } from "@flujo/testing";

describeTypeValidator({ name: "schema", open: () => new SchemaValidator() });
