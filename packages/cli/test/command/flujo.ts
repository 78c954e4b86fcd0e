import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/flujo.js", import.meta.url));

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

export interface CommandOptions {
  /** What is piped in. Default: nothing, as from a terminal that nobody types on. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own in which the built command is run, so in which `flujo.db` appears. */
export class Workplace implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "flujo-cli-"));

  /** Runs the command to its end. */
  flujo(...args: readonly (string | CommandOptions)[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Starts the command. */
  start(...args: readonly (string | CommandOptions)[]): {
    readonly child: ChildProcess;
    readonly ended: Promise<Ended>;
    sees(text: string): Promise<void>;
  } {
    const words = args.filter((arg) => typeof arg === "string");
    const { stdin, env }: CommandOptions = args.find((arg) => typeof arg === "object") ?? {};
    const { FLUJO_DB: _db, FORCE_COLOR: _color, ...inherited } = process.env;
    const child = spawn(process.execPath, [BIN, ...words], {
      cwd: this.folder,
      env: { ...inherited, ...env },
      stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    child.stdin?.end(stdin);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk) => (stdout += chunk));
    child.stderr?.on("data", (chunk) => (stderr += chunk));
    const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
    const sees = async (text: string): Promise<void> => {
      while (!`${stdout}${stderr}`.includes(text)) {
        if (child.exitCode !== null)
          throw new Error(`The command ended without writing ${JSON.stringify(text)}: ${stdout}${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    return { child, ended, sees };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
