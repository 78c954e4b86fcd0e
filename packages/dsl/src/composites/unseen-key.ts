declare const unseen: unique symbol;

/**
 * Stands for what a deciding function returns as long as the compiler has not looked at it; no function returns this.
 *
 * In `pipe(branch(…))` an `on` whose parameter has no type is left out at first, and what is wrong then is reported at once.
 * So nothing must be wrong with it before its key is known.
 */
export interface UnseenKey {
  readonly [unseen]: never;
}
