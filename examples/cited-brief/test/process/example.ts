import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const SHIPPED = fileURLToPath(new URL("../../documents", import.meta.url));

/** Enough for a brief with every kind of work in it, and soon read. */
const FEW_DOCUMENTS = ["council-minutes-2025-09.txt", "letter-from-harbour-traders.txt", "marsh-restoration-notes.md"];

/** How a process of the example ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when the process has said `text`, on either stream; rejects if it ends before. */
  readonly said: (text: string) => Promise<void>;
  readonly ended: Promise<Ended>;
}

/** A folder of its own to run the example in. */
export class Workplace implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), "cited-brief-")));
  }

  /** With a few of the shipped documents in `documents`. */
  static async withDocuments(files: readonly string[] = FEW_DOCUMENTS): Promise<Workplace> {
    const workplace = await Workplace.open();
    await mkdir(workplace.path("documents"));
    for (const file of files) await cp(join(SHIPPED, file), workplace.path("documents", file));
    return workplace;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  brief(): Promise<string> {
    return readFile(this.path("out", "brief.md"), "utf8");
  }

  /** Starts the example here, as a user does, with no key unless `env` has one. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const { OPENAI_API_KEY: _, OPENAI_BASE_URL: __, FLUJO_MODEL: ___, ...inherited } = process.env;
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: this.folder, env: { ...inherited, ...env } });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        resolve({ code, signal, stdout, stderr });
      });
    });
    let over = false;
    void ended.finally(() => (over = true));
    const said = async (text: string): Promise<void> => {
      while (!stdout.includes(text) && !stderr.includes(text)) {
        if (over) throw new Error(`The example ended and never said "${text}":\n${stdout}\n${stderr}`);
        await sleep(5);
      }
    };
    return { child, said, ended };
  }

  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
    return this.start(args, env).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The run id that the example named. */
export function runIdIn({ stdout }: Ended): string {
  return /brief-\d{8}-\d{4}-[0-9a-f]{4}/.exec(stdout)?.[0] ?? "no run id";
}
