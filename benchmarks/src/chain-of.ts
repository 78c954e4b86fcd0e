import type { Step } from "@flujo/dsl";

/** Steps that `make` makes, one after another. */
export function chainOf<Value, Context>(
  length: number,
  make: (name: string) => Step<Value, Value, Context>,
): Step<Value, Value, Context> {
  return Array.from({ length: length - 1 }, (_, index) => make(`s${index + 1}`)).reduce(
    (whole, next): Step<Value, Value, Context> => whole.pipe(next),
    make("s0"),
  );
}
