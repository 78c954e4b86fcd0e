import { expect } from "vitest";

/** What `work` fails with, which must be of the given class. */
export async function failureOf<Failure extends Error>(
  work: unknown,
  expected: new (...args: never[]) => Failure,
): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(expected);
    return error as Failure;
  }
  throw new Error(`nothing was thrown, expected ${expected.name}`);
}
