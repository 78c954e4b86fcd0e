import { type ServiceToken, token } from "./token.ts";

/** Where the engine's own randomness (jitter) comes from. */
export interface Random {
  /** In [0, 1). */
  next(): number;
}

export const Random: ServiceToken<Random> = token<Random>("Random");
