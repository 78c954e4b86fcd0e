import "reflect-metadata/lite";
import { type DependencyContainer, instanceCachingFactory } from "tsyringe";
import { LruCacheBackend } from "./caching/lru-cache-backend.ts";
import { resolveOwn } from "./container/resolve.ts";
import { Blake3Hasher } from "./hashing/blake3-hasher.ts";
import { SystemClock } from "./platform/system-clock.ts";
import { SystemRandom } from "./platform/system-random.ts";
import { UuidGenerator } from "./platform/uuid-generator.ts";
import { CacheBackend } from "./protocols/cache-backend.ts";
import { Clock } from "./protocols/clock.ts";
import { ErrorClassifier, ErrorRule } from "./protocols/error-classifier.ts";
import { Hasher } from "./protocols/hasher.ts";
import { IdGenerator } from "./protocols/id-generator.ts";
import { Random } from "./protocols/random.ts";
import { Serializer } from "./protocols/serializer.ts";
import { StateBackend } from "./protocols/state-backend.ts";
import type { ServiceToken } from "./protocols/token.ts";
import { DefaultErrorClassifier } from "./resilience/default-error-classifier.ts";
import { TaggedJsonSerializer } from "./serialization/tagged-json-serializer.ts";
import { MemoryStateBackend } from "./state/memory-state-backend.ts";

/** The map of this package: what stands behind each token unless somebody registers something else. */
export function coreDefaults(container: DependencyContainer): void {
  fill(container, Clock, () => new SystemClock());
  fill(container, Random, () => new SystemRandom());
  fill(container, IdGenerator, () => new UuidGenerator());
  fill(container, Serializer, () => new TaggedJsonSerializer());
  fill(container, Hasher, () => new Blake3Hasher());
  fill(container, CacheBackend, ({ resolve }) => new LruCacheBackend({ clock: resolve(Clock) }));
  fill(container, StateBackend, ({ resolve }) => new MemoryStateBackend({ clock: resolve(Clock) }));
  fill(
    container,
    ErrorClassifier,
    () => new DefaultErrorClassifier({ rules: resolveOwn(container, ErrorRule), clock: container.resolve(Clock) }),
  );
}

function fill<Service>(
  container: DependencyContainer,
  token: ServiceToken<Service>,
  make: (from: { resolve<Needed>(token: ServiceToken<Needed>): Needed }) => Service,
): void {
  if (container.isRegistered(token, true)) return;
  container.register(token, {
    useFactory: instanceCachingFactory(() => make({ resolve: (needed) => container.resolve(needed) })),
  });
}
