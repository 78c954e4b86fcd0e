import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { report } from "./report.ts";

const LENGTHS = [10, 100, 500];

/** What a chain of steps costs the type checker. */
export function benchTypes(): void {
  const folder = fileURLToPath(new URL("../node_modules/.cache/types/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  try {
    const empty = check(folder, 'import "@flujo/dsl";');
    const rows = LENGTHS.map((length): [string, string, string] => {
      const { instantiations, checkSeconds } = check(folder, chainSource(length));
      const own = instantiations - empty.instantiations;
      return [
        `chain of ${length}`,
        `${checkSeconds.toFixed(3)} s`,
        `${own} instantiations over the bare import, ${(own / length).toFixed(1)} a step`,
      ];
    });
    report("Type check (tsc, the whole program's check time)", [
      ["import alone", `${empty.checkSeconds.toFixed(3)} s`],
      ...rows,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Steps whose types differ from one to the next, so that no link can be answered from the last. */
function chainSource(length: number): string {
  const steps = Array.from({ length }, (_, index) => {
    const [takes, gives] = [`{ v${index}: ${index} }`, `{ v${index + 1}: ${index + 1} }`];
    return `step("s${index}", async (_: ${takes}): Promise<${gives}> => ({ v${index + 1}: ${index + 1} }))`;
  });
  const [first, ...rest] = steps;
  return `import { step } from "@flujo/dsl";
export const chain = ${first}
${rest.map((next) => `  .pipe(${next})`).join("\n")};
`;
}

function check(folder: string, source: string): { instantiations: number; checkSeconds: number } {
  const file = join(folder, "chain.ts");
  writeFileSync(file, source);
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const options = [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--target",
    "es2023",
    "--module",
    "nodenext",
    "--skipLibCheck",
    "--extendedDiagnostics",
  ];
  const output = execFileSync(process.execPath, [tsc, file, ...options], { encoding: "utf8" });
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(output)?.[1]);
  return { instantiations: figure("Instantiations"), checkSeconds: figure("Check time") };
}
