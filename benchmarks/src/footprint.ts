import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { report } from "./report.ts";
import { median } from "./statistics.ts";

const PACKAGES = ["@flujo/dsl", "@flujo/core"] as const;
const ROUNDS = 11;

/** What a package weighs once bundled and compressed, and how long its import takes in a new process. */
export async function benchFootprint(): Promise<void> {
  const rows: [string, string, string][] = [];
  for (const name of PACKAGES) {
    const { dependencies = {}, optionalDependencies = {} } = manifest(name);
    const optional = Object.keys(optionalDependencies);
    const others = Object.keys(dependencies).filter((dependency) => !dependency.startsWith("@flujo/"));
    const own = await gzipBytes(name, [
      ...optional,
      ...others.flatMap((dependency) => [dependency, `${dependency}/*`]),
    ]);
    // What is optional is loaded when it is first needed, and not with the package.
    const all = await gzipBytes(name, optional);
    rows.push([
      `${name}, own code, gzip`,
      kilobytes(own),
      own === all ? "no dependencies" : `${kilobytes(all)} with its dependencies`,
    ]);
  }
  const bare = importMs(undefined);
  for (const name of PACKAGES)
    rows.push([`${name}, import`, `${(importMs(name) - bare).toFixed(1)} ms`, `median of ${ROUNDS} processes`]);
  report("Size and start", rows);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function manifest(name: string): Manifest {
  return createRequire(import.meta.url)(`${name}/package.json`) as Manifest;
}

async function gzipBytes(name: string, external: readonly string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from ${JSON.stringify(name)};`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    external: [...external],
    write: false,
  });
  return gzipSync((outputFiles[0] as { contents: Uint8Array }).contents, { level: 9 }).length;
}

/** Median time of an import in a process of its own; of nothing, to know what the measuring costs. */
function importMs(name: string | undefined): number {
  const subject = name === undefined ? "node:process" : import.meta.resolve(name);
  const script = `const start = performance.now(); await import(${JSON.stringify(subject)}); console.log(performance.now() - start)`;
  const times = Array.from({ length: ROUNDS }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" })),
  );
  return median(times);
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
