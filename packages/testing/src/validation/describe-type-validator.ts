import type { CheckedSide, TypeValidator } from "@flujo/core/protocols";
import type { SchemaIssue, SchemaResult, StandardSchema } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

/** How the suite gets at the validator under test. */
export interface TypeValidatorHarness {
  /** Of the validator, as the suite's title shows it. */
  readonly name: string;
  readonly open: () => TypeValidator | Promise<TypeValidator>;
}

type Validate = (value: unknown) => SchemaResult<unknown> | Promise<SchemaResult<unknown>>;

const SIDES: readonly CheckedSide[] = ["input", "output", "answer"];

function schema(validate: Validate): StandardSchema {
  return { "~standard": { version: 1, vendor: "suite", validate } };
}

/** The same schema, at once and later. */
const TIMES: Readonly<Record<string, (validate: (value: unknown) => SchemaResult<unknown>) => StandardSchema>> = {
  "at once": schema,
  later: (validate) =>
    schema(async (value) => {
      await new Promise((resolve) => setImmediate(resolve));
      return validate(value);
    }),
};

/** The contract of {@link TypeValidator} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeTypeValidator({ name, open }: TypeValidatorHarness): void {
  /** What comes of a check, whether it answers at once or later. */
  async function check(of: StandardSchema, value: unknown, side: CheckedSide = "output"): Promise<unknown> {
    return await (await open()).check(of, value, side);
  }

  describe(`The ${name} type validator`, () => {
    for (const [when, made] of Object.entries(TIMES)) {
      test(`gives what a schema that answers ${when} makes of the value`, async () => {
        const date = made((value) => ({ value: new Date(String(value)) }));
        expect(await check(date, "2026-01-01")).toStrictEqual(new Date("2026-01-01"));
      });

      test.each([[undefined], [null], [0], [""], [false]])(
        `takes %s for a value, of a schema that answers ${when}`,
        async (value) => {
          expect(
            await check(
              made((given) => ({ value: given })),
              value,
            ),
          ).toBe(value);
          expect(
            await check(
              made(() => ({ value })),
              "something",
            ),
          ).toBe(value);
        },
      );

      test.each(SIDES)(`says of a mismatch ${when} that it is the %s, with every issue and its place`, async (side) => {
        const issues: readonly SchemaIssue[] = [
          { message: "is no list" },
          { message: "is too long", path: ["pages", 3, "title"] },
          { message: "is missing", path: [{ key: "pages" }, { key: 4 }] },
          { message: "is odd", path: [] },
        ];
        const checked = check(
          made(() => ({ issues })),
          1,
          side,
        );
        await expect(checked).rejects.toMatchObject({ code: "schema_mismatch", side, retryable: side !== "input" });
        const { issues: told } = (await checked.catch((error: unknown) => error)) as { issues: readonly string[] };
        expect(told).toHaveLength(4);
        expect(told[0]).toContain("is no list");
        expect(told[1]).toMatch(/pages\.3\.title.*is too long/);
        expect(told[2]).toMatch(/pages\.4.*is missing/);
        expect(told[3]).toContain("is odd");
      });

      test(`takes a list of no issues for a mismatch still, of a schema that answers ${when}`, async () => {
        await expect(
          check(
            made(() => ({ issues: [] })),
            1,
          ),
        ).rejects.toMatchObject({ code: "schema_mismatch" });
      });

      test(`lets out what a schema throws ${when}, for that says nothing of the value`, async () => {
        const broken = new RangeError("the schema is broken");
        const checked = check(
          made(() => {
            throw broken;
          }),
          1,
        );
        await expect(checked).rejects.toBe(broken);
      });
    }

    test("asks once, about the value itself", async () => {
      const asked: unknown[] = [];
      const value = { pages: [] };
      await check(
        schema((given) => {
          asked.push(given);
          return { value: given };
        }),
        value,
      );
      expect(asked).toHaveLength(1);
      expect(asked[0]).toBe(value);
    });

    test("calls a schema on its own object", async () => {
      const standard = {
        version: 1 as const,
        vendor: "suite",
        made: "by the schema",
        validate(): SchemaResult<unknown> {
          return { value: this.made };
        },
      };
      expect(await check({ "~standard": standard }, 1)).toBe("by the schema");
    });

    test("takes a schema that is a function", async () => {
      const callable = Object.assign(
        () => undefined,
        schema((value) => ({ value: [value] })),
      );
      expect(await check(callable, 1)).toStrictEqual([1]);
    });
  });
}
