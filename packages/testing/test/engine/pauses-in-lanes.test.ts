// An ordered host diverges in an undisturbed run that pauses and goes on: the third item of a map of which two run at a time.
import { Flujo } from "@flujo/core";
import { human, map, parallel, pipeline, step } from "@flujo/dsl";
import { OrderedEngine } from "@flujo/testing";
import { expect, test } from "vitest";
import { z } from "zod";

const add = (name: string) => step(name, (value: number) => value + 1);
const approve = human("approve", { prompt: "?", schema: z.object({ right: z.boolean() }) });
const page = parallel("checked", { value: parallel("both", { left: add("a"), right: add("b") }), said: approve });
const pages = pipeline(
  "m",
  step("items", (n: number) => [n, n + 1, n + 2]),
  map("pages", page, { concurrency: 2 }),
);

test("an ordered host issues the same operations again when a run goes on after a pause", async () => {
  const engine = new OrderedEngine({ seed: 1 });
  await using flujo = new Flujo(pages, { modules: [engine.module] });
  let result = await flujo.run(0, { runId: "run" });
  while (result.status === "paused") {
    const signals = Object.fromEntries(result.awaiting.map(({ token }) => [token, { right: true }]));
    result = await flujo.resume("run", { signals });
  }
  expect(result).toMatchObject({ status: "completed" });
});
