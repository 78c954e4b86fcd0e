import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { millis, ratio, report } from "./report.ts";
import { median } from "./statistics.ts";

const ROUNDS = 25;
const CORE = dirname(fileURLToPath(import.meta.resolve("@flujo/core/package.json")));

/** How long imports take in new processes, and how much longer if each module of ours were a file, as it is in the sources. */
export async function benchImport(): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), "flujo-import-"));
  const modules = await writeModules(join(CORE, "node_modules/.cache/modules"));
  try {
    const core = import.meta.resolve("@flujo/core");
    const medians = race({
      nothing: { imports: [] },
      dsl: { imports: [import.meta.resolve("@flujo/dsl")] },
      protocols: { imports: [import.meta.resolve("@flujo/core/protocols")] },
      core: { imports: [core] },
      cached: { imports: [core], env: { NODE_COMPILE_CACHE: cache } },
      modules: { imports: [pathToFileURL(join(modules, "index.js")).href] },
      others: { imports: ["reflect-metadata/lite", "tsyringe", "mutative", "lru-cache"].map(dependencyOfCore) },
    });
    const row = (what: string, { importMs, computeMs }: Times, beside = ""): [string, string, string] => [
      what,
      millis(importMs),
      `${millis(computeMs)} of the processor's time${beside}`,
    ];
    const slower = `, ${ratio(medians.modules.computeMs, medians.core.computeMs)} as much`;
    report(`Import in a new process (median of ${ROUNDS})`, [
      row("@flujo/dsl", medians.dsl),
      row("@flujo/core/protocols", medians.protocols),
      row("@flujo/core", medians.core, "; aim: 60 ms"),
      row("what that has from others", medians.others),
      row("@flujo/core, with a compile cache", medians.cached),
      row("@flujo/core, each module a file", medians.modules, slower),
    ]);
  } finally {
    rmSync(cache, { recursive: true });
    rmSync(modules, { recursive: true });
  }
}

interface Contender {
  /** URLs, imported one after another. */
  readonly imports: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Times {
  readonly importMs: number;
  readonly computeMs: number;
}

/** Starts a process for each contender in turn, round after round; gives medians, less what a process takes that imports nothing. */
function race<Name extends string>(contenders: Readonly<Record<Name | "nothing", Contender>>): Record<Name, Times> {
  const names = Object.keys(contenders) as Name[];
  const rounds = Array.from({ length: ROUNDS + 1 }, () => names.map((name) => timesOf(contenders[name])));
  // The first fills caches: the system's of files, and the compiler's.
  const measured = rounds.slice(1);
  const medians = names.map((_, at) => ({
    importMs: median(measured.map((times) => times[at]?.importMs ?? Number.NaN)),
    computeMs: median(measured.map((times) => times[at]?.computeMs ?? Number.NaN)),
  }));
  const { importMs, computeMs } = medians[names.indexOf("nothing" as Name)] as Times;
  const less = (times: Times): Times => ({
    importMs: times.importMs - importMs,
    computeMs: times.computeMs - computeMs,
  });
  return Object.fromEntries(names.map((name, at) => [name, less(medians[at] as Times)])) as Record<Name, Times>;
}

function timesOf({ imports, env }: Contender): Times {
  const script = `
    await import("node:process");
    const start = performance.now(), used = process.cpuUsage();
    ${imports.map((url) => `await import(${JSON.stringify(url)});`).join("\n")}
    const importMs = performance.now() - start, { user, system } = process.cpuUsage(used);
    console.log(JSON.stringify({ importMs, computeMs: (user + system) / 1_000 }));`;
  const args = ["--input-type=module", "--eval", script];
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } }),
  ) as Times;
}

function dependencyOfCore(name: string): string {
  return pathToFileURL(createRequire(join(CORE, "package.json")).resolve(name)).href;
}

/** Writes the sources of `@flujo/core` and `@flujo/dsl` as one file a module to `folder`, which it returns. */
async function writeModules(folder: string): Promise<string> {
  const build = await rolldown({
    cwd: CORE,
    input: "src/index.ts",
    platform: "node",
    treeshake: false,
    resolve: { conditionNames: ["@flujo/source", "import"] },
    external: (id) => !/^[./]|^@flujo\/dsl$/.test(id),
  });
  await build.write({ dir: folder, preserveModules: true, preserveModulesRoot: join(CORE, "src") });
  await build.close();
  return folder;
}
