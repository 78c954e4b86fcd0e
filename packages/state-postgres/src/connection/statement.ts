import { createHash } from "node:crypto";

/** SQL that gives rows of one shape. The server parses and plans it once a connection. */
export interface Statement<Row extends object = never> {
  readonly text: string;
  /** Follows from the text: in a pool that several backends share, equal names mean equal texts. */
  readonly name: string;
  /** Never there; it makes `Row` count. */
  readonly row?: Row;
}

export function statement<Row extends object = never>(text: string): Statement<Row> {
  return { text, name: `flujo_${createHash("sha256").update(text).digest("hex").slice(0, 24)}` };
}
