import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { report } from "./report.ts";

const PACKAGES = ["@flujo/dsl", "@flujo/core"] as const;

/** What a package weighs in a program once that is bundled, minified and compressed. */
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
  report("Size", rows);
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

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
