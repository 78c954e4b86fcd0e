import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const Refund = z.object({ number: z.string(), euros: z.number().positive() });

type Refund = z.infer<typeof Refund>;

/** Stands for a payment service: a file for each refund, by the key that it was asked for under. */
const refunds = join(process.cwd(), "refunds");

export const refund = {
  description: "Pays money back for an order.",
  inputSchema: Refund,
  needsApproval: ({ euros }: Refund) => euros > 50,
  execute: async (asked: Refund, { idempotencyKey }: { readonly idempotencyKey: string }): Promise<string> => {
    await mkdir(refunds, { recursive: true });
    const file = join(refunds, `${encodeURIComponent(idempotencyKey)}.json`);
    // A process may have died between the payment and its being written down: then it was paid under this key already.
    const paid = await writeFile(file, JSON.stringify(asked), { flag: "wx" }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
        return false;
      },
    );
    const { euros } = paid ? asked : Refund.parse(JSON.parse(await readFile(file, "utf8")));
    return `Paid back € ${euros}`;
  },
};
