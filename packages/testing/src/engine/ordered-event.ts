/**
 * What an ordered journal is made of, in the order in which it happened: operations that were issued, and what each came to.
 * A run that is executed again has to issue the same ones in the same order.
 */
export type OrderedEvent =
  | {
      readonly type: "issued";
      readonly operation: "once" | "timer" | "wait";
      readonly path: string;
      /** Of a timer, in milliseconds since the epoch. */
      readonly dueAt?: number;
    }
  | { readonly type: "settled"; readonly path: string; readonly text: string };

export type IssuedEvent = Extract<OrderedEvent, { readonly type: "issued" }>;
export type SettledEvent = Extract<OrderedEvent, { readonly type: "settled" }>;
