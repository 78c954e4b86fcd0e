import { step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { consoleTracer, Flujo, type RunEvent, usageByPurpose } from "../../src/index.ts";

describe("the usage of each purpose", () => {
  test("is added up apart, with what says nothing of a purpose counted as the work of a step", () => {
    const sums = usageByPurpose([
      { inputTokens: 3, outputTokens: 1, costPico: 5n },
      { inputTokens: 4, outputTokens: 1, costPico: 6n, purpose: "step" },
      { inputTokens: 9, outputTokens: 9, costPico: 7n, purpose: "repair" },
    ]);
    expect([...sums.keys()]).toStrictEqual(["step", "repair"]);
    expect(sums.get("step")).toMatchObject({ requests: 2, totalTokens: 9, costPico: 11n, costUsd: 1.1e-11 });
    expect(sums.get("repair")).toMatchObject({ requests: 1, totalTokens: 18, costPico: 7n });
  });

  test("is at least what is known of it", () => {
    const sums = usageByPurpose([{ costPico: 5n }, {}, { costPico: 7n, purpose: "judge" }]);
    expect(sums.get("step")).toMatchObject({ requests: 2, costPico: undefined, known: { costPico: 5n } });
    expect(sums.get("judge")).toMatchObject({ costPico: 7n });
  });

  test("has nothing in it but usage", () => {
    expect(usageByPurpose([{ model: "acme/nano" }]).get("step")).not.toHaveProperty("report");
  });
});

describe("a call that is booked", () => {
  const call = step("call", (n: number, { reportUsage }) => {
    reportUsage({ model: "acme/nano", inputTokens: 1, outputTokens: 1, costPico: 250_000_000n, purpose: "judge" });
    reportUsage({ estimated: true });
    return n;
  });

  test("is an event, in the order of the calls and before the end of the step", async () => {
    await using flujo = new Flujo(call);
    const events: RunEvent[] = [];
    for await (const event of flujo.stream(1)) events.push(event);
    expect(events.map(({ type }) => type)).toStrictEqual([
      "run-start",
      "step-start",
      "step-usage",
      "step-usage",
      "step-end",
      "run-end",
    ]);
    expect(events[2]).toMatchObject({
      path: "call",
      report: { model: "acme/nano", purpose: "judge", costPico: 250_000_000n },
    });
    expect(events[3]).toMatchObject({ path: "call", report: { estimated: true } });
  });

  test("is no event again once it is replayed", async () => {
    await using flujo = new Flujo(call);
    await flujo.run(1, { runId: "r" });
    const events: RunEvent[] = [];
    for await (const event of flujo.start(1, { runId: "r" })) events.push(event);
    expect(events.filter(({ type }) => type === "step-usage")).toStrictEqual([]);
  });

  test("leaves no trace of its report in what the run gives", async () => {
    await using flujo = new Flujo(call);
    const result = await flujo.run(1);
    expect(result.usage).not.toHaveProperty("report");
    expect(result.steps[0]?.usage).not.toHaveProperty("report");
  });

  test("is a line of a tracer that tells all", async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line.slice(9));
    await using flujo = new Flujo(call, { modules: [consoleTracer({ write, verbose: true })] });
    await flujo.run(1);
    expect(lines).toContain("  $ call acme/nano for judge: $0.00025");
    expect(lines).toContain("  $ call a model for step: cost unknown, estimated");
  });
});
