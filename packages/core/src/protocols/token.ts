import type { ServiceToken } from "@flujo/dsl";

export type { ServiceToken } from "@flujo/dsl";

/** The packages that have an implementation, by token. */
const PROVIDERS = new Map<symbol, string>();

/**
 * The token of a protocol. Registered globally, so two copies of this package share it.
 *
 * @param providedBy - the package that has an implementation, for the error of who looks for one and finds none
 */
// Bundlers may leave out the tokens that a program does not use.
/* @__NO_SIDE_EFFECTS__ */
export function token<Service>(name: string, providedBy?: string): ServiceToken<Service> {
  const made = Symbol.for(`@flujo/${name}`);
  if (providedBy !== undefined) PROVIDERS.set(made, providedBy);
  return made;
}

/** The package that is known to have an implementation. */
export function providerOf(of: ServiceToken<unknown>): string | undefined {
  return PROVIDERS.get(of);
}
