import { type Command, Option } from "commander";

export const DEFAULT_DB = "flujo.db";

/** What every command that reads or writes runs is told. */
export interface StoreOptions {
  /** Path of the SQLite file. */
  readonly db: string;
}

/** What every command is told. */
export interface OutputOptions {
  /** Whether stdout and stderr are for programs. */
  readonly json?: true;
}

export function withDbOption(command: Command): Command {
  return command.addOption(
    new Option("--db <file>", "the SQLite file that runs are kept in").env("FLUJO_DB").default(DEFAULT_DB),
  );
}

export function withJsonOption(command: Command): Command {
  return command.option("--json", "write JSON, for programs");
}

/** Lines below a command's help that show how it is called. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", ["", "Examples:", ...examples.map((example) => `  $ ${example}`)].join("\n"));
}
