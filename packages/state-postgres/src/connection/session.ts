import type { PostgresClient } from "./postgres-pool.ts";
import type { Statement } from "./statement.ts";

/** How the server's texts become values, by type. Of our own, so that what others set for `pg` as a whole changes nothing here. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === "t", // boolean
  20: BigInt, // bigint
  23: Number, // integer
  701: Number, // double precision
  1700: BigInt, // numeric: only whole ones are kept
};

const types = { getTypeParser: (type: number) => PARSERS[type] ?? String };

/** One connection, for as long as somebody has it for himself. */
export class Session {
  readonly #client: PostgresClient;

  constructor(client: PostgresClient) {
    this.#client = client;
  }

  async query<Row extends object>(
    { name, text }: Statement<Row>,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const { rows } = await this.#client.query({ name, text, values: [...values], types });
    return rows as readonly Row[];
  }

  /** Something that is said once, or has several parts. */
  async execute<Row extends object = never>(text: string): Promise<readonly Row[]> {
    const { rows } = await this.#client.query({ text, types });
    return rows as readonly Row[];
  }
}
