import { CompiledSerializer, Flujo } from "@flujo/core";
import { Serializer } from "@flujo/core/protocols";
import { map, step } from "@flujo/dsl";
import { expect, test } from "vitest";
import { z } from "zod";

test("outputs that a schema describes are written by code that is compiled of it, once, and come back as they were", async () => {
  let built = 0;
  let written = 0;
  const serializer = new CompiledSerializer({
    build: () => {
      built++;
      return (value) => {
        written++;
        return JSON.stringify(value);
      };
    },
  });
  const point = step({
    name: "point",
    output: z.object({ x: z.number().int(), y: z.number().int() }),
    run: (n: number) => ({ x: n, y: -n }),
  });
  await using flujo = new Flujo(map("points", point), {
    modules: [(container) => container.register(Serializer, { useValue: serializer as Serializer })],
  });
  await flujo.run([1, 2, 3], { runId: "r" });
  expect([built, written]).toEqual([1, 3]);
  expect(await flujo.resume("r")).toMatchObject({
    output: [
      { x: 1, y: -1 },
      { x: 2, y: -2 },
      { x: 3, y: -3 },
    ],
  });
});
