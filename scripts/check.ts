/**
 * Runs the checks that are neither tests nor lint, one line each, and stops at the first that fails, with its output.
 * Some of them read what the build wrote. Names of parts limit the work: `pnpm check api docs`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { publishedPackages, root } from "./workspace.ts";

/** A check: it passes when each of its commands exits with 0. */
interface Part {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
}

const tarballs = join(root, "node_modules/.cache/tarballs");
const packages = publishedPackages();
// What is checked is what would be published: the tarballs, with the versions and the files that pnpm puts in them.
const pack = [pnpm(), "-r", "--filter", "./packages/*", "pack", "--pack-destination", tarballs];

const parts: readonly Part[] = [
  { name: "references", commands: [["node", "scripts/references.ts"]] },
  { name: "types", commands: [["vitest", "run", "--config", "vitest.workspace.ts", ".test-d.ts"]] },
  {
    name: "publint",
    commands: [pack, ...packages.map(({ tarball }) => ["publint", join(tarballs, tarball), "--strict"])],
  },
  {
    name: "attw",
    commands: [pack, ...packages.map(({ tarball }) => ["attw", join(tarballs, tarball), "--profile", "esm-only"])],
  },
  { name: "knip", commands: [["knip"]] },
  { name: "cycles", commands: [["biome", "lint", "--only=suspicious/noImportCycles", "--error-on-warnings"]] },
  { name: "api", commands: [["node", "scripts/api-report.ts"]] },
  { name: "docs", commands: [["node", "docs/snippets/check.ts"]] },
];

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(", ")}. There are ${parts.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

rmSync(tarballs, { recursive: true, force: true });
mkdirSync(tarballs, { recursive: true });
for (const part of parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const start = performance.now();
  const failure = firstFailure(part);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${failure === undefined ? "ok  " : "FAIL"} ${part.name} (${seconds} s)`);
  if (failure !== undefined) {
    console.error(failure);
    process.exit(1);
  }
}

/** The first command that fails, with all it printed; undefined when none does. */
function firstFailure(part: Part): string | undefined {
  for (const [command = "", ...args] of part.commands) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    if (status !== 0) {
      return [`$ ${[command, ...args].join(" ")}`, stdout, stderr, error?.message].filter(Boolean).join("\n");
    }
  }
  return undefined;
}

/** The pnpm that runs this script, which need not be on the PATH. */
function pnpm(): string {
  const runner = process.env.npm_execpath;
  return runner !== undefined && process.env.npm_config_user_agent?.startsWith("pnpm/") ? runner : "pnpm";
}
