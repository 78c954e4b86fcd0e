import { SchemaValidator } from "@flujo/core";
import { FlujoError, SchemaMismatchError, type TypeValidator } from "@flujo/core/protocols";
import type { StandardSchema } from "@flujo/dsl";

type Check = TypeValidator["check"];

/** Checks as the one that is right does, but for what a mutant does another way. */
function checking(make: (right: Check) => Check): () => TypeValidator {
  return () => {
    const right = new SchemaValidator();
    return { check: make((...given) => right.check(...given)) };
  };
}

/** Asks another schema than it is given. */
function asking(change: (of: StandardSchema["~standard"]) => Partial<StandardSchema["~standard"]>) {
  return checking(
    (right) => (schema, value, side) =>
      right({ "~standard": { ...schema["~standard"], ...change(schema["~standard"]) } }, value, side),
  );
}

/** Validators that each break one promise, by the title (in part) of a test that has to notice. */
export const TYPE_VALIDATORS: Readonly<Record<string, () => TypeValidator>> = {
  "what a schema that answers at once makes of the value": checking((right) => async (schema, value, side) => {
    await right(schema, value, side);
    return value;
  }),
  "what a schema that answers later makes of the value": checking((right) => (schema, value, side) => {
    const checked = right(schema, value, side);
    return checked instanceof Promise ? value : checked;
  }),
  "takes undefined for a value": checking(
    (right) => async (schema, value, side) => (await right(schema, value, side)) ?? value,
  ),
  "that it is the answer": checking((right) => (schema, value) => right(schema, value, "output")),
  "with every issue and its place": asking((standard) => ({
    validate: async (value) => {
      const { issues, ...rest } = await standard.validate(value);
      return issues === undefined ? (rest as { value: unknown }) : { issues: issues.slice(0, 1) };
    },
  })),
  "a list of no issues": asking((standard) => ({
    validate: async (value) => {
      const result = await standard.validate(value);
      return result.issues?.length === 0 ? { value } : result;
    },
  })),
  "lets out what a schema throws": checking((right) => async (schema, value, side) => {
    try {
      return await right(schema, value, side);
    } catch (thrown) {
      throw FlujoError.is(thrown) ? thrown : new SchemaMismatchError(side, [String(thrown)]);
    }
  }),
  "asks once": checking((right) => async (schema, value, side) => {
    await right(schema, value, side);
    return right(schema, value, side);
  }),
  "about the value itself": checking(
    (right) => (schema, value, side) =>
      right(schema, typeof value === "object" && value !== null ? { ...value } : value, side),
  ),
  "on its own object": asking(({ validate }) => ({ validate: (value) => validate(value) })),
  "that is a function": checking(
    (right) => (schema, value, side) => (typeof schema === "function" ? value : right(schema, value, side)),
  ),
};
