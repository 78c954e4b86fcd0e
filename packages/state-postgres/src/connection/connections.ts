import { StateError } from "@flujo/core/protocols";
import { Pool } from "pg";
import type { ResolvedPostgresStateOptions } from "../postgres-state-options.ts";
import { isConnectionLost } from "./postgres-error.ts";
import type { PostgresClient, PostgresPool } from "./postgres-pool.ts";
import { Session } from "./session.ts";

type Options = Pick<ResolvedPostgresStateOptions, "connection" | "pool" | "durability" | "readonly">;

/**
 * The isolation is told, and not left to the server's default: what is read after a lock was waited for has to be the newest. And
 * a process that is stopped in the midst of a transaction, or whose host is gone, must not keep others from a run for long.
 */
const BEGIN = `
  BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = '5 s'`;

/** So that the system notices in the end when a server is gone without a word. */
const ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** Sessions with the server, from a pool that is given or made here. */
export class Connections {
  readonly #pool: PostgresPool;
  /** Undefined if the pool is somebody else's. */
  readonly #own: Pool | undefined;
  readonly #durability: "full" | "normal";
  readonly #readonly: boolean;
  /** Connections whose settings are known to be right. */
  readonly #prepared = new WeakSet<PostgresClient>();

  constructor({ connection, pool, durability, readonly }: Options) {
    this.#own = pool === undefined ? new Pool({ ...connection, ...ALIVE }) : undefined;
    // A connection that is lost while nobody uses it is replaced; whoever finds the server gone is told so.
    this.#own?.on("error", () => {});
    this.#pool = pool ?? (this.#own as Pool);
    this.#durability = durability;
    this.#readonly = readonly;
  }

  /** Gives `work` a session of its own, in which each statement is a transaction. */
  async use<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    const client = await this.#connect(onError);
    try {
      const session = new Session(client);
      await this.#prepare(client, session);
      return await work(session);
    } catch (error) {
      if (isConnectionLost(error)) broken ??= error as Error;
      throw error;
    } finally {
      client.release(broken);
      client.removeListener("error", onError);
    }
  }

  /** Gives `work` a session in which all that it does is one transaction. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.use(async (session) => {
      await session.execute(BEGIN);
      try {
        const result = await work(session);
        await session.execute("COMMIT");
        return result;
      } catch (error) {
        if (!isConnectionLost(error)) await session.execute("ROLLBACK");
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#own?.end();
  }

  /** By a callback: until a promise is heard of, a connection that is lost right away would have nobody to tell, and end the process. */
  #connect(onError: (error: Error) => void): Promise<PostgresClient> {
    return new Promise((resolve, reject) => {
      this.#pool.connect((error, client) => {
        if (client === undefined) {
          reject(error ?? new Error("The pool gave no connection"));
          return;
        }
        client.on("error", onError);
        resolve(client);
      });
    });
  }

  /** Sees to it, once a connection, that what is promised holds, whatever the server's, the database's or the role's settings are. */
  async #prepare(client: PostgresClient, session: Session): Promise<void> {
    if (this.#prepared.has(client)) return;
    if (this.#own) await session.execute(this.#settings());
    else await this.#checkSettings(session);
    this.#prepared.add(client);
  }

  #settings(): string {
    const commit =
      this.#durability === "normal"
        ? "SET synchronous_commit = off"
        : // Anything else than off waits for the disk, and what more it waits for is the administrator's to say.
          `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;
    const access = this.#readonly ? "SET default_transaction_read_only = on" : "";
    // Below 1, numbers would come back rounded.
    return `${commit}; SET extra_float_digits = 1; ${access}`;
  }

  /** The sessions of a pool that others use too are left as they are: they do, or are refused. */
  async #checkSettings(session: Session): Promise<void> {
    const [settings] = await session.execute<{ readonly commit: string; readonly digits: number }>(
      `SELECT current_setting('synchronous_commit') AS commit, current_setting('extra_float_digits')::integer AS digits`,
    );
    if (settings?.commit === "off" && this.#durability === "full" && !this.#readonly) {
      throw new StateError(
        `The pool's connections have synchronous_commit off, so that what they commit may be lost: turn it on for ` +
          `the pool, or ask for durability "normal"`,
      );
    }
    if (settings !== undefined && settings.digits < 1) {
      throw new StateError("The pool's connections round numbers: set extra_float_digits to 1 for the pool");
    }
  }
}
