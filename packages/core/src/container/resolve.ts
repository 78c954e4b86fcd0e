import type { ServiceToken } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import { MissingServiceError } from "../protocols/errors/missing-service-error.ts";
import { providerOf } from "../protocols/token.ts";

/**
 * What `container` has under `token`, with its type.
 *
 * @throws {@link MissingServiceError} if nothing is registered there or in a parent.
 */
export function resolve<Service>(container: DependencyContainer, token: ServiceToken<Service>): Service {
  if (!container.isRegistered(token, true)) {
    const provider = providerOf(token);
    const what = provider === undefined ? "it" : `one, such as that of ${provider},`;
    throw new MissingServiceError(
      token,
      `register ${what} in one of the runner's modules, or on the container that the runner is given`,
    );
  }
  return container.resolve<Service>(token);
}

/** All that `container` itself has under `token`, in the order of registration; none is fine. */
export function resolveOwn<Service>(container: DependencyContainer, token: ServiceToken<Service>): readonly Service[] {
  return container.isRegistered(token) ? container.resolveAll<Service>(token) : [];
}

/** All that a runner is given under `token`: what its parent container has, then what its own has. */
export function resolveEach<Service>(
  container: DependencyContainer,
  parent: DependencyContainer | undefined,
  token: ServiceToken<Service>,
): readonly Service[] {
  return [...(parent === undefined ? [] : resolveOwn(parent, token)), ...resolveOwn(container, token)];
}
