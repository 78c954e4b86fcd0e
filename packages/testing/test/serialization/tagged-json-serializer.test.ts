import { TaggedJsonSerializer } from "@flujo/core";
import { describeSerializer } from "@flujo/testing";

describeSerializer({
  name: "tagged JSON",
  open: () => new TaggedJsonSerializer(),
  foreign: [
    `{"$flujo":"Function","value":"1"}`,
    `{"$flujo":"constructor","value":"AA=="}`,
    `{"$flujo":"Map","value":1}`,
    `{"$flujo":"Set"}`,
    `{"$flujo":"bigint","value":"1.5"}`,
    `{"$flujo":"URL","value":"not one"}`,
    `{"$flujo":"Float64Array","value":"AAAA"}`,
    `{"$flujo":"Error","value":null}`,
    `[1,{"a":{"$flujo":"Error"}}]`,
  ],
});
