import { type ServiceToken, token } from "./token.ts";

/** Makes ids that are unique over processes and hosts. */
export interface IdGenerator {
  next(): string;
}

export const IdGenerator: ServiceToken<IdGenerator> = token<IdGenerator>("IdGenerator");
