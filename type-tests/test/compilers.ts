import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Where this workspace is, with a slash at its end. */
export const WORKSPACE: string = fileURLToPath(new URL("../", import.meta.url));

/** The compilers whose users we promise to work for, by the folder they are installed in. */
export const COMPILERS = ["typescript-5.9", "typescript-6.0", "typescript-7.0"] as const;

export type Compiler = (typeof COMPILERS)[number];

/** What a run of a compiler wrote, and whether it found no error. */
export interface Compilation {
  readonly passed: boolean;
  readonly output: string;
}

/** Runs a compiler in this workspace's folder, as a user would, in a process of its own. */
export function compile(compiler: Compiler, ...args: readonly string[]): Promise<Compilation> {
  const tsc = `${WORKSPACE}node_modules/${compiler}/bin/tsc`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, "--pretty", "false", ...args], { cwd: WORKSPACE });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ passed: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}
