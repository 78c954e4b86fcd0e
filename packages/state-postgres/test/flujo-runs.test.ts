import { Flujo, unwrap } from "@flujo/core";
import { human, pipeline, type StandardSchema, step } from "@flujo/dsl";
import { postgresState } from "@flujo/state-postgres";
import { describe, expect, test } from "vitest";
import { useServer } from "./server/use-server.ts";

const used = useServer();
const answer: StandardSchema<{ readonly ok: boolean }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { readonly ok: boolean } }) },
};

describe("Runners on one database, as on several hosts,", () => {
  test("go on with each other's runs after a pause, and do nothing twice", async () => {
    const modules = [postgresState(used.newPlace())];
    const calls: string[] = [];
    const draft = step("draft", (topic: string) => (calls.push("draft"), `All about ${topic}\0`));
    const approve = human("approve", { prompt: (text: string) => `Publish "${text}"?`, schema: answer });
    const publish = step("publish", ({ ok }: { readonly ok: boolean }) => (calls.push("publish"), ok ? "out" : "in"));
    const article = pipeline("article", draft, approve, publish);
    await using one = new Flujo(article, { modules });
    await using other = new Flujo(article, { modules });
    const paused = await one.run("otters", { runId: "article-42" });
    expect(paused).toMatchObject({
      status: "paused",
      awaiting: [{ path: "approve", prompt: 'Publish "All about otters\0"?' }],
    });
    expect(unwrap(await other.resume("article-42", { signals: { approve: { ok: true } } }))).toBe("out");
    expect(unwrap(await one.run("otters", { runId: "article-42" }))).toBe("out");
    expect(calls).toStrictEqual(["draft", "publish"]);
  });

  test("drive a run one at a time: of two that resume it, one does", async () => {
    const modules = [postgresState(used.newPlace())];
    let calls = 0;
    const both = pipeline(
      "both",
      human("approve", { prompt: () => "?", schema: answer }),
      step("work", async () => ++calls),
    );
    await using one = new Flujo(both, { modules });
    await using other = new Flujo(both, { modules });
    await one.run("in", { runId: "run" });
    const signals = { approve: { ok: true } };
    const results = await Promise.allSettled([one, other].map(async (flujo) => flujo.resume("run", { signals })));
    expect(results.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(unwrap(await one.run("in", { runId: "run" }))).toBe(1);
    expect(calls).toBe(1);
  });

  test("recover what another left behind", async () => {
    const modules = [postgresState(used.newPlace())];
    const calls: string[] = [];
    let blocked = true;
    let reached = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const first = step("first", (n: number) => (calls.push("first"), n + 1));
    const second = step("second", async (n: number, { signal }) => {
      calls.push("second");
      reached();
      if (blocked) await new Promise((_, reject) => signal.addEventListener("abort", reject));
      return n * 10;
    });
    const job = pipeline("job", first, second);
    const one = new Flujo(job, { modules });
    const interrupted = one.run(1, { runId: "run" });
    const settled = Promise.allSettled([interrupted]);
    await waiting;
    await one[Symbol.asyncDispose]();
    expect(await settled).toMatchObject([{ status: "rejected", reason: { code: "run_interrupted" } }]);

    blocked = false;
    await using other = new Flujo(job, { modules });
    const [recovered] = await other.recover();
    expect(recovered?.runId).toBe("run");
    expect(unwrap((await recovered?.result) as never)).toBe(20);
    expect(await other.recover()).toStrictEqual([]);
    expect(calls).toStrictEqual(["first", "second", "second"]);
  });
});
