import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** How a process ended: with an exit code, or by a signal. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of Node's, started by a test that may have to kill it. Disposing of it kills it and waits for its end. */
export class ChildProgram implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #errors = "";
  /** How it ended, once all that it printed is there. */
  readonly ended: Promise<ProgramEnd>;

  /** @param file - the program: a path, or a `file:` URL */
  constructor(file: string | URL, args: readonly string[] = []) {
    const path = typeof file === "string" ? file : fileURLToPath(file);
    const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const output = createInterface(child.stdout);
    output.on("line", (line) => this.#lines.push(line));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    // Whoever closes its input may find it dead already.
    child.stdin.on("error", () => undefined);
    this.ended = Promise.all([once(child, "exit"), once(output, "close"), once(child.stderr, "close")]).then(
      ([exit]) => {
        const [code, signal] = exit as [number | null, NodeJS.Signals | null];
        return { code, signal };
      },
    );
  }

  /** The lines that it has printed so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** What it has written to its standard error so far. */
  get errors(): string {
    return this.#errors;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until it has printed so many lines. @throws `Error` if it ends before that */
  async printed(lines: number): Promise<readonly string[]> {
    while (this.#lines.length < lines) {
      const end = await Promise.race([
        this.ended,
        once(this.#child.stdout as NodeJS.ReadableStream, "data").then(() => undefined),
      ]);
      if (end === undefined || this.#lines.length >= lines) continue;
      throw new Error(
        `A program ended (${end.signal ?? end.code}) before it had printed ${lines} lines. ${this.#errors}`,
      );
    }
    return this.#lines;
  }

  /** Kills it at once: it can't do anything about that. */
  kill(): Promise<ProgramEnd> {
    this.#child.kill("SIGKILL");
    return this.ended;
  }

  /** Halts it wherever it is, until it is woken. */
  stop(): void {
    this.#child.kill("SIGSTOP");
  }

  wake(): void {
    this.#child.kill("SIGCONT");
  }

  /** Gives it a line to read on its standard input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Says that there is nothing more to be read on its standard input. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
