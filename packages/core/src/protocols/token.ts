import type { ServiceToken } from "@flujo/dsl";

export type { ServiceToken } from "@flujo/dsl";

/** The token of a protocol. Registered globally, so two copies of this package share it. */
export function token<Service>(name: string): ServiceToken<Service> {
  return Symbol.for(`@flujo/${name}`);
}
