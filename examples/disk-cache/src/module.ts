import { CacheBackend, type FlujoModule } from "@flujo/core/protocols";
import { DiskCache, type DiskCacheOptions } from "./disk-cache.ts";

/**
 * Keeps what cached steps gave in a folder: `new Flujo(pipeline, { modules: [diskCache({ folder: ".cache" })] })`.
 *
 * @throws `InvalidOptionError` naming the first option that can't be used
 */
export function diskCache(options: DiskCacheOptions): FlujoModule {
  const cache = new DiskCache(options);
  return (container) => {
    container.register<CacheBackend>(CacheBackend, { useValue: cache });
  };
}
