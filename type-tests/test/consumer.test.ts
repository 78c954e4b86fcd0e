import { readdirSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { COMPILERS, compile, WORKSPACE } from "./compilers.ts";

const FOLDER = "node_modules/.cache/consumer";
const RESOLUTIONS = [
  ["nodenext", "nodenext"],
  ["bundler", "esnext"],
] as const;

afterAll(() => rmSync(WORKSPACE + FOLDER, { recursive: true, force: true }));

describe.each(COMPILERS)("%s", (compiler) => {
  test.concurrent.each(RESOLUTIONS)(
    "writes declarations for a user's composite project, and reads them again, resolving as %s",
    async (moduleResolution, module) => {
      const outDir = `${FOLDER}/${compiler}-${moduleResolution}`;
      const resolution = ["--module", module, "--moduleResolution", moduleResolution];
      const written = await compile(compiler, "-p", "consumer", "--outDir", outDir, ...resolution);
      expect(written).toEqual({ passed: true, output: "" });

      const declarations = readdirSync(WORKSPACE + outDir).filter((name) => name.endsWith(".d.ts"));
      expect(declarations.sort()).toEqual(["runner.d.ts", "steps.d.ts"]);
      const read = await compile(
        compiler,
        ...declarations.map((name) => `${outDir}/${name}`),
        ...[
          "--strict",
          "--noEmit",
          "--skipDefaultLibCheck",
          "--skipLibCheck",
          "false",
          "--target",
          "es2023",
          "--lib",
          "es2023,esnext.disposable,dom",
        ],
        ...resolution,
        // Since 6.0 a file on the command line has to say that the folder's tsconfig.json is not meant.
        ...(compiler === "typescript-5.9" ? [] : ["--ignoreConfig"]),
      );
      expect(read).toEqual({ passed: true, output: "" });
    },
    60_000,
  );
});
