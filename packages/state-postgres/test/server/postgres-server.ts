import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serverBinaries, serverUser } from "./binaries.ts";

const READY = "database system is ready to accept connections";
const CLEAN_UP = fileURLToPath(new URL("./clean-up.ts", import.meta.url));

/** How a server ends: `fast` closes all connections, in good order; `immediate` is as a crash, after which it recovers. */
type Ending = "fast" | "immediate";

/**
 * A PostgreSQL server of our own, on the loopback interface, with all that it has in a temporary folder. It waits for the
 * disk. It is gone, and its folder with it, when it is disposed of, or this process ends in whatever way.
 */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #data: string;
  readonly #program: string;
  readonly #cleanUp: ChildProcess;
  #server: ChildProcess | undefined;

  private constructor(port: number, data: string, program: string, cleanUp: ChildProcess) {
    this.port = port;
    this.#data = data;
    this.#program = program;
    this.#cleanUp = cleanUp;
  }

  /** @param settings - as in `postgresql.conf`: `fsync=off` */
  static async start(settings: readonly string[] = []): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "flujo-postgres-"));
    const cleanUp = spawn(process.execPath, [CLEAN_UP, folder], { stdio: ["pipe", "ignore", "inherit"] });
    const binaries = serverBinaries(join(folder, "native"));
    const data = join(folder, "data");
    mkdirSync(data);
    chmodSync(folder, 0o711);
    const { uid, gid } = serverUser();
    if (uid !== undefined && gid !== undefined) chownSync(data, uid, gid);
    execFileSync(
      join(binaries, "bin", "initdb"),
      [`--pgdata=${data}`, "--username=flujo", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
      { stdio: ["ignore", "ignore", "pipe"], cwd: data, ...serverUser() },
    );
    const server = new PostgresServer(await freePort(), data, join(binaries, "bin", "postgres"), cleanUp);
    await server.run(settings);
    return server;
  }

  get connectionString(): string {
    return `postgres://flujo@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it again after {@link stop}, with what it had. */
  async run(settings: readonly string[] = []): Promise<void> {
    const all = [`port=${this.port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
    const server = spawn(this.#program, ["-D", this.#data, ...all.flatMap((setting) => ["-c", setting])], {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: this.#data,
      env: { ...process.env, LC_ALL: "C" },
      ...serverUser(),
    });
    this.#server = server;
    let log = "";
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.on("exit", () => reject(new Error(`The server did not start:\n${log}`)));
      server.stderr.on("data", (chunk) => {
        // What it says later is read all the same: a pipe that is full would stop it.
        if (!log.includes(READY)) log += chunk;
        if (log.includes(READY)) resolve();
      });
    });
  }

  async stop(how: Ending = "fast"): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("immediate");
    const ended = once(this.#cleanUp, "exit");
    this.#cleanUp.stdin?.end();
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}
