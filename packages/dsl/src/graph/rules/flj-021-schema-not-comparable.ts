import { linksIn } from "../links.ts";
import type { Rule } from "../place.ts";

/** Two schemas meet, and one of them can't be written as JSON Schema: whether they fit is seen at run time only. */
export const schemaNotComparable: Rule = ({ step }) =>
  linksIn(step).flatMap(({ from, to }) =>
    from.flatMap((giver) =>
      to
        // One schema on both sides fits itself, as far as its types do.
        .filter((taker) => (giver.schema === undefined || taker.schema === undefined) && giver.source !== taker.source)
        .map((taker) => ({
          rule: "FLJ021",
          severity: "note",
          message: `whether what "${giver.owner}" gives fits what "${taker.owner}" takes can't be decided: the schema of "${
            giver.schema === undefined ? giver.owner : taker.owner
          }" can't be written as JSON Schema`,
          fix: "leave the two to their types, or use a schema that JSON Schema can express",
        })),
    ),
  );
