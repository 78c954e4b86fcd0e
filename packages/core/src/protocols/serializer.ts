import { type ServiceToken, token } from "./token.ts";

/**
 * Turns values into text and back without loss: what `parse(stringify(value))` gives equals `value`.
 *
 * Beside JSON it must carry `undefined`, NaN, ±Infinity, −0, bigint, Date, Map, Set, typed arrays,
 * URL and Error. An error of a class that JavaScript has not comes back as an `Error` with its name, stack, cause and
 * properties. Equal values, their properties in one order, give one text in every process: names of cached outcomes are
 * made of it. Parsing never runs code, constructs a class of the user's or touches a prototype.
 */
export interface Serializer {
  /**
   * @throws {@link SerializationError} naming the first property that can't be carried, such as `value.hooks[2].run`; it
   * throws nothing else.
   */
  stringify(value: unknown): string;
  /** @throws {@link SerializationError} if the text was not made by this serializer. */
  parse(text: string): unknown;
  /**
   * A function that writes what `stringify` writes, for every value, and may be faster for those that fit a JSON Schema.
   * Compiling takes long: it is for schemas that many values are written by.
   */
  compile?(schema: Readonly<Record<string, unknown>>): (value: unknown) => string;
}

export const Serializer: ServiceToken<Serializer> = token<Serializer>("Serializer");
