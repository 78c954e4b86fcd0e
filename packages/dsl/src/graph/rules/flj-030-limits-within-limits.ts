import type { AnyStep } from "../../step/step.ts";
import type { Rule } from "../place.ts";

/** A step holds its place until all that is in it is done: if that waits for a place of the same resource, it may wait for ever. */
export const limitsWithinLimits: Rule = ({ step, within }) => {
  const places = step.policies.limits?.concurrency;
  if (places === undefined) return [];
  const resource = limited(step);
  const holders = within.filter((around) => around.policies.limits !== undefined && limited(around) === resource);
  // Who is around can't hold all places if it begins only while some are free that are not for it.
  const holder = holders.find(({ policies }) => (policies.limits?.concurrency ?? Infinity) >= places);
  const isFull = places <= holders.length;
  const [outermost] = holders;
  if (outermost === undefined || (holder === undefined && !isFull)) return [];
  return [
    {
      rule: "FLJ030",
      severity: isFull ? "error" : "warning",
      message: isFull
        ? `"${step.name}" never gets a place at "${resource}": it is inside "${outermost.name}", which holds one until it is done`
        : `"${step.name}" may never get a place at "${resource}": "${(holder ?? outermost).name}", around it, may hold all ${places}`,
      fix: "put the limits on the steps that use the resource, and not around them",
    },
  ];
};

function limited({ name, resource, policies }: AnyStep): string {
  return policies.limits?.resource ?? resource ?? name;
}
