import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPILERS, type Compiler, compile, WORKSPACE } from "./compilers.ts";
import { chainSource, parallelSource } from "./sources.ts";

// Under the workspace, so that its imports are found, and where git does not look.
const FOLDER = "node_modules/.cache/instantiations";

const PROGRAMS: Readonly<Record<string, string>> = {
  bare: 'import "@flujo/dsl";\n',
  "chain-10": chainSource(10),
  "chain-100": chainSource(100),
  "chain-500": chainSource(500),
  "parallel-50": parallelSource(50),
};

/**
 * Types that each compiler instantiates to check a program, over those for the import alone. The same on every machine.
 * A smaller number than these is welcome: write it down. A larger one needs a reason.
 */
const PINNED: Readonly<Record<Compiler, Readonly<Record<string, number>>>> = {
  "typescript-5.9": { "chain-10": 2_026, "chain-100": 19_666, "chain-500": 98_066, "parallel-50": 7_858 },
  "typescript-6.0": { "chain-10": 2_022, "chain-100": 19_662, "chain-500": 98_062, "parallel-50": 7_852 },
  "typescript-7.0": { "chain-10": 2_032, "chain-100": 19_762, "chain-500": 98_562, "parallel-50": 7_902 },
};

const TOLERANCE = 0.1;

beforeAll(() => {
  mkdirSync(WORKSPACE + FOLDER, { recursive: true });
  for (const [name, source] of Object.entries(PROGRAMS)) writeFileSync(`${WORKSPACE}${FOLDER}/${name}.ts`, source);
});

afterAll(() => rmSync(WORKSPACE + FOLDER, { recursive: true, force: true }));

describe.each(COMPILERS)("%s", (compiler) => {
  let bare = 0;
  beforeAll(async () => {
    bare = await instantiations(compiler, "bare");
  }, 60_000);

  test.each(Object.entries(PINNED[compiler]))(
    "instantiates for %s as many types as before",
    async (program, pinned) => {
      const own = (await instantiations(compiler, program)) - bare;
      expect(own).toBeGreaterThan(pinned * (1 - TOLERANCE));
      expect(own).toBeLessThan(pinned * (1 + TOLERANCE));
    },
    60_000,
  );
});

async function instantiations(compiler: Compiler, program: string): Promise<number> {
  const options = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2023", "--module", "nodenext"];
  // Since 6.0 a file on the command line has to say that the folder's tsconfig.json is not meant.
  const ignoreConfig = compiler === "typescript-5.9" ? [] : ["--ignoreConfig"];
  const { passed, output } = await compile(
    compiler,
    `${FOLDER}/${program}.ts`,
    ...options,
    ...ignoreConfig,
    "--extendedDiagnostics",
  );
  const count = Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1]);
  if (!passed || Number.isNaN(count)) throw new Error(`${compiler} on ${program}: ${output}`);
  return count;
}
