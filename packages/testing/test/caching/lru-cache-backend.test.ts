import { LruCacheBackend } from "@flujo/core";
import { describeCacheBackend } from "@flujo/testing";

describeCacheBackend({ name: "LRU", open: (clock) => new LruCacheBackend({ clock }) });
describeCacheBackend({
  name: "small LRU",
  open: (clock) => new LruCacheBackend({ clock, maxCharacters: 5_000 }),
  forgetful: true,
});
