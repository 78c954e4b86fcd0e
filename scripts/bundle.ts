/**
 * Writes the code of all packages from their sources: a file for each entry point, and one for what entry points share.
 * `tsc` writes the declarations beside it. What is as it was is not written again, so that a program which is at work
 * with it is not disturbed, and code that is of no source any more goes.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type OutputAsset, type OutputChunk, rolldown } from "rolldown";
import { type PublishedPackage, publishedPackages, root } from "./workspace.ts";

/** By folder: sources that are loaded by the path of their file, and not by a key of `exports`. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  cli: ["src/main.ts"],
  testing: ["src/crash/drive-module.ts"],
};

const tsconfig = join(root, "tsconfig.base.json");
const { compilerOptions } = JSON.parse(readFileSync(tsconfig, "utf8")) as {
  readonly compilerOptions: { readonly target: string };
};

await Promise.all(publishedPackages().map(bundle));

async function bundle(each: PublishedPackage): Promise<void> {
  const dist = join(each.path, "dist");
  const files = await generate(each, dist);
  for (const { file, content } of files) {
    if (existsSync(file) && readFileSync(file, "utf8") === content) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const current = new Set(files.map(({ file }) => file));
  for (const name of globSync("**/*.{js,js.map}", { cwd: dist })) {
    const file = join(dist, name);
    if (!current.has(file)) rmSync(file);
  }
}

interface BuiltFile {
  /** Absolute. */
  readonly file: string;
  readonly content: string;
}

async function generate(each: PublishedPackage, dist: string): Promise<readonly BuiltFile[]> {
  const build = await rolldown({
    cwd: each.path,
    input: inputOf(each),
    platform: "node",
    tsconfig,
    transform: { target: compilerOptions.target.toLowerCase() },
    external: each.dependencies.map((name) => new RegExp(`^${name}(/|$)`)),
    // What package.json does not name is not found, and so does not become part of our code.
    resolve: { modules: [] },
    // A warning is a mistake, such as an import of what is not found.
    onLog: (level, { message }) => {
      if (level === "warn") throw new Error(`${each.name}: ${message}`);
    },
  });
  try {
    // All in one folder: a path relative to `import.meta.url` is then the same, wherever the code that has it ends up.
    const { output } = await build.generate({
      dir: dist,
      format: "esm",
      chunkFileNames: "shared.js",
      minifyInternalExports: false,
      sourcemap: true,
      // They are in the tarball already, as files.
      sourcemapExcludeSources: true,
    });
    return output.map((part) => ({ file: join(dist, part.fileName), content: contentOf(part) }));
  } finally {
    await build.close();
  }
}

/** Each source that makes a file of its own, by that file's name without its extension. */
function inputOf({ folder, entries }: PublishedPackage): Record<string, string> {
  const programs = (PROGRAMS[folder] ?? []).map((source) => [basename(source, ".ts"), source] as const);
  return Object.fromEntries([
    ...entries.map(({ code, source }) => [basename(code, ".js"), source] as const),
    ...programs,
  ]);
}

function contentOf(part: OutputChunk | OutputAsset): string {
  return part.type === "chunk" ? part.code : String(part.source);
}
