import type { HookPayloads } from "./hook.ts";
import { type ServiceToken, token } from "./token.ts";

/** Calls the hooks. */
export interface HookDispatcher {
  /** Whether anybody is to be called: if not, the payload need not be made. */
  listens(to: keyof HookPayloads): boolean;
  /**
   * Calls those who listen, in order, and waits for each.
   *
   * @throws {@link AbortRunError} as soon as one throws it
   */
  dispatch<Name extends keyof HookPayloads>(name: Name, payload: HookPayloads[Name]): Promise<void>;
}

export const HookDispatcher: ServiceToken<HookDispatcher> = token<HookDispatcher>("HookDispatcher");
