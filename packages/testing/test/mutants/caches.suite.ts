import { describeCacheBackend } from "@flujo/testing";
import { CACHES } from "./caches.ts";

for (const [broken, Mutant] of Object.entries(CACHES)) {
  describeCacheBackend({ name: broken, open: (clock) => new Mutant({ clock }) });
}
