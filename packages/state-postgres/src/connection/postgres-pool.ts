/** As much of a `Pool` of `pg`'s as is needed here. */
export interface PostgresPool {
  connect(callback: (error: Error | undefined, client: PostgresClient | undefined) => void): void;
}

/** As much of a `PoolClient` of `pg`'s as is needed here. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: "error", listener: (error: Error) => void): unknown;
  removeListener(event: "error", listener: (error: Error) => void): unknown;
  /** @param error - closes the connection, in place of giving it back */
  release(error?: Error): void;
}

export interface PostgresQuery {
  readonly text: string;
  /** Under this name the server keeps the plan, for this connection. */
  readonly name?: string;
  readonly values?: unknown[];
  readonly types?: { readonly getTypeParser: (type: number) => (text: string) => unknown };
}
