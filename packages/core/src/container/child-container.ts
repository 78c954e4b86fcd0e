// tsyringe refuses to load where there is no Reflect metadata.
import "reflect-metadata/lite";
import { type DependencyContainer, container as processContainer } from "tsyringe";

/** A container whose registrations are its own, and which falls back to `parent`'s. */
export function childContainer(parent: DependencyContainer = processContainer): DependencyContainer {
  return parent.createChildContainer();
}
