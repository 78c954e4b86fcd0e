import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const workspaces = [
  ...readdirSync(join(root, "packages")).map((name) => ({ name, root: join(root, "packages", name) })),
  ...readdirSync(join(root, "examples")).map((name) => ({ name, root: join(root, "examples", name) })),
  { name: "docs", root: join(root, "docs") },
  { name: "type-tests", root: join(root, "type-tests") },
];

export default defineConfig({
  // Tests run on the sources of all packages, so they need no build.
  ssr: { resolve: { conditions: ["@flujo/source"] } },
  test: {
    setupFiles: [join(root, "test.setup.ts")],
    include: ["test/**/*.test.ts"],
    // A test that hangs is to end; how long one takes is for the benchmarks, and busy machines are slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Kept modules would outlive a change of the tsconfig that they were transformed with.
    fsModuleCache: false,
    // The project must be named: a solution-style tsconfig.json lets every type test pass.
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "./tsconfig.test.json" },
    projects: workspaces
      .filter((workspace) => existsSync(join(workspace.root, "test")))
      .map((workspace) => ({ root: workspace.root, test: { name: workspace.name } })),
    reporters: process.env.CI ? ["default", "json"] : ["default"],
    outputFile: { json: join(root, "node_modules/.cache/test-results.json") },
  },
});
