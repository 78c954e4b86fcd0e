import type { StandardSchema } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** Which of the values at a step is looked at. */
export type CheckedSide = "input" | "output" | "answer";

/** Holds values against schemas while a run goes on. */
export interface TypeValidator {
  /**
   * What the schema makes of the value.
   *
   * @throws {@link SchemaMismatchError} with every issue and where it is
   */
  check(schema: StandardSchema, value: unknown, side: CheckedSide): unknown;
}

export const TypeValidator: ServiceToken<TypeValidator> = token<TypeValidator>("TypeValidator");
