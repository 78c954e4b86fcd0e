import { compareEnds, reason } from "../compare-ends.ts";
import { linksIn } from "../links.ts";
import type { Rule } from "../place.ts";

const VERBS = { error: "doesn't fit", warning: "doesn't always fit", note: "may not fit" };

/** What a step gives doesn't fit what the one that it goes to takes. */
export const incompatibleNeighbours: Rule = ({ step }) =>
  linksIn(step).flatMap(({ from, to }) =>
    from
      .flatMap((giver) => to.map((taker) => ({ giver, taker, found: compareEnds(giver, taker) })))
      .flatMap(({ giver, taker, found }) =>
        found === undefined
          ? []
          : [
              {
                rule: "FLJ004",
                severity: found.severity,
                message: `what "${giver.owner}" gives ${VERBS[found.severity]} what "${taker.owner}" takes: ${reason(found.fit)}`,
                fix: "make the schemas agree, or put a step between them that turns one into the other",
              },
            ],
      ),
  );
