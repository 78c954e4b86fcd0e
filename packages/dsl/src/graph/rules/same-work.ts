import type { AnyStep } from "../../step/step.ts";

/** Whether two steps do the same in the same time: a policy makes a copy of a step, which keeps all its other fields. */
export function isSameWork(a: AnyStep, b: AnyStep): boolean {
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || a.policies.timeoutMs !== b.policies.timeoutMs)
    return false;
  const fields = Object.entries(a).filter(([field]) => field !== "policies");
  return (
    fields.length === Object.keys(b).length - 1 && fields.every(([field, value]) => value === Reflect.get(b, field))
  );
}
