export { DiskCache, type DiskCacheOptions } from "./disk-cache.ts";
export { diskCache } from "./module.ts";
