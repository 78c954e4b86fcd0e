import { type ServiceToken, token } from "./token.ts";

/** Makes a short name for a long text, for which no other text is to be found. */
export interface Hasher {
  /** Printable, of one length for all texts, and the same in every process. */
  digest(text: string): Promise<string>;
}

export const Hasher: ServiceToken<Hasher> = token<Hasher>("Hasher");
