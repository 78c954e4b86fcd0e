import type { DependencyContainer } from "tsyringe";

/**
 * What a package exports to be plugged in: it registers its implementations under their tokens.
 * It is given a container that belongs to one runner alone; the runner disposes
 * of what is registered there (by `[Symbol.asyncDispose]`) when it is itself disposed of.
 */
export type FlujoModule = (container: DependencyContainer) => void;
