import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["@flujo/source"] } },
  test: {
    root: import.meta.dirname,
    include: ["*.suite.ts"],
    setupFiles: ["../../../../../test.setup.ts"],
  },
});
