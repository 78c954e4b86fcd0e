/**
 * Compiles every `ts` snippet of README.md, packages/NAME/README.md and docs against the built packages, and runs those
 * that ask for it. They become modules below docs/.snippets, where imports find what this workspace depends on.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modulesOf } from "./modules.ts";

/** Longest time a snippet may run, in milliseconds. */
const RUN_LIMIT_MS = 60_000;

const root = join(import.meta.dirname, "../..");
const folder = join(import.meta.dirname, "../.snippets");

/** A module on disk: where it is below `folder`, and what it was made from. */
interface WrittenModule {
  /** The page's path and the module's number in it, such as `packages/core/README.md/2.ts`. */
  readonly file: string;
  readonly run: boolean;
}

rmSync(folder, { recursive: true, force: true });
const pages = globSync(["README.md", "packages/*/README.md", "docs/*.md", "docs/*/**/*.md"], {
  cwd: root,
  exclude: ["**/node_modules/**", "docs/.snippets/**"],
}).toSorted();
const problems: string[] = [];
const modules = pages.flatMap(writeModules);
problems.push(...compilerErrors());
if (problems.length === 0) {
  problems.push(...modules.filter(({ run }) => run).flatMap(({ file }) => runErrors(file)));
}

for (const problem of problems) {
  console.error(problem);
}
console.log(`${pages.length} pages, ${modules.length} modules of snippets, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Writes the modules of a page; a page that can't be read as snippets is a problem and has none. */
function writeModules(page: string): WrittenModule[] {
  mkdirSync(join(folder, page), { recursive: true });
  try {
    return modulesOf(readFileSync(join(root, page), "utf8")).map(({ source, run }, index) => {
      const file = join(page, `${index + 1}.ts`);
      writeFileSync(join(folder, file), source);
      return { file, run };
    });
  } catch (error) {
    problems.push(`${page}: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

/** What the compiler says, with places in the pages instead of the modules. */
function compilerErrors(): string[] {
  if (modules.length === 0) {
    return [];
  }
  const { status, stdout, stderr } = spawnSync("tsc", ["-p", "tsconfig.snippets.json", "--pretty", "false"], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
  });
  if (status === 0) {
    return [];
  }
  return `${stdout}${stderr}`
    .trim()
    .split(/\n(?! )/)
    .map((line) => line.replace(/^\.snippets\/(.+)\/\d+\.ts\((\d+),(\d+)\)/, "$1:$2:$3"));
}

function runErrors(file: string): string[] {
  const cwd = mkdtempSync(join(tmpdir(), "snippet-"));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, file)], {
      cwd,
      encoding: "utf8",
      timeout: RUN_LIMIT_MS,
    });
    return status === 0 ? [] : [`${file} ended with ${status ?? "no exit code"}:\n${stdout}${stderr}`];
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
