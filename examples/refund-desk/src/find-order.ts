import { readFile } from "node:fs/promises";
import { z } from "zod";

const Order = z.object({ item: z.string(), euros: z.number(), delivered: z.iso.date() });

export type Order = z.infer<typeof Order>;

const ORDERS = new URL("../orders.json", import.meta.url);

export const findOrder = {
  description: "What was ordered under a number, for how much, and when it was delivered.",
  inputSchema: z.object({ number: z.string() }),
  execute: async ({ number }: { number: string }): Promise<Order> => {
    const order = z.record(z.string(), Order).parse(JSON.parse(await readFile(ORDERS, "utf8")))[number];
    // The model is told of it, and may ask the customer.
    if (order === undefined) throw new Error(`There is no order ${number}`);
    return order;
  },
};
