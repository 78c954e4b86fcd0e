import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["@flujo/source"] } },
  test: {
    root: import.meta.dirname,
    include: ["load.suite.ts"],
    setupFiles: ["../../../../test.setup.ts"],
    // One that never calls back is to fail soon.
    testTimeout: 2_000,
  },
});
