import { Flujo } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import type { Step } from "@flujo/dsl";
import { expect, test } from "vitest";
import { z } from "zod";
import { type AgentOptions, agent } from "../../src/index.ts";
import { ModelOfV4 } from "../support/models.ts";
import { turns } from "../support/turns.ts";

const search = {
  description: "Finds pages.",
  inputSchema: z.object({ query: z.string() }),
  execute: () => "two pages",
};

class OtherModel extends ModelOfV4 {
  override readonly modelId: string = "mega";
}

function finder(more: Partial<AgentOptions<unknown, unknown>> = {}): Step<unknown, unknown> {
  const model = turns([["search", { query: "dams" }]], "Done.");
  return agent("finder", { model, prompt: "Find.", tools: { search }, approval: true, ...more } as never);
}

test.each<[string, Partial<AgentOptions<unknown, unknown>>, RegExp]>([
  ["another prompt", { prompt: "Find more." }, /changed: finder was .*"prompt":"Find\.".* is .*"prompt":"Find more\."/],
  ["another model", { model: new OtherModel("Done.") }, /changed: .*model was .*acme\/nano.* is .*acme\/mega/],
  ["another version", { version: "2" }, /changed: finder was .* is .*"version":"2"/],
  ["other settings", { temperature: 1 }, /changed: finder was .* is .*"temperature":1/],
  [
    "a tool described otherwise",
    { tools: { search: { ...search, description: "Looks." } } },
    /changed: .*search was .*Looks/,
  ],
  ["one tool more", { tools: { search, fetch: search } }, /added: .*fetch/],
])("a run that is resumed with %s is refused, and told the difference", async (_, more, difference) => {
  await using flujo = new Flujo(finder());
  expect(await flujo.run("dams", { runId: "one" })).toMatchObject({ status: "paused" });
  const { state } = flujo;
  const modules = [
    (container: { register: (token: unknown, provider: unknown) => unknown }) =>
      container.register(StateBackend, { useValue: state }),
  ];
  await using changed = new Flujo(finder(more), { modules: modules as never });
  await expect(changed.resume("one")).rejects.toMatchObject({
    code: "pipeline_changed",
    message: expect.stringMatching(difference),
  });
});

test("limits, retries and headers change nothing of what was recorded", () => {
  const same = finder({ retry: { maxAttempts: 3 }, limits: { concurrency: 2 }, headers: { "x-team": "docs" } });
  expect(same.fingerprint()).toBe(finder().fingerprint());
  expect(finder().withLimits({ concurrency: 1 }).fingerprint()).toBe(finder().fingerprint());
});
