import type { ServiceToken } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import { ConfigurationError } from "../protocols/errors/configuration-error.ts";
import { resolve, resolveEach } from "./resolve.ts";
import { type RequiredMethods, SERVICES } from "./services.ts";

/**
 * Holds what is registered under the tokens of `@flujo/core/protocols` against what a runner calls, so that something that
 * stands under the wrong token is found when the runner is made, and not when the first run needs it.
 *
 * @throws {@link ConfigurationError} naming the token and the method that is missing
 */
export function checkServices(container: DependencyContainer, parent?: DependencyContainer): void {
  for (const { token, many, methods } of SERVICES) {
    const services = many ? resolveEach(container, parent, token) : [resolve(container, token)];
    for (const service of services) checkService(token, service, methods);
  }
}

function checkService(token: ServiceToken<unknown>, service: unknown, methods: RequiredMethods): void {
  const name = token.description ?? String(token);
  if ((typeof service !== "object" && typeof service !== "function") || service === null) {
    throw new ConfigurationError(`What is registered under ${name} is ${String(service)}, and no object`);
  }
  const missing = methods.find((method) => typeof (service as Record<PropertyKey, unknown>)[method] !== "function");
  if (missing !== undefined) {
    throw new ConfigurationError(
      `What is registered under ${name} has no method ${String(missing)}: is it meant for another token?`,
    );
  }
}
