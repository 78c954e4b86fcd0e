import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { runIdIn, Workplace } from "./example.ts";
import { ModelServer } from "./model-server.ts";

const ARGS = ["--input", "documents"];

describe("the example with a model behind OpenAI's protocol", { timeout: 60_000 }, () => {
  it("makes the brief over HTTP and counts the tokens that the server reported", async () => {
    await using server = await ModelServer.open();
    await using workplace = await Workplace.withDocuments();
    const { code, stdout } = await workplace.run(ARGS, server.env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The model is test-model, at 127\.0\.0\.1:\d+\.$/m);
    expect(stdout).toContain(`Tokens  ${server.totalTokens.toLocaleString("en-US")} tokens`);
    expect(stdout).toMatch(/Cost {4}unknown/);

    // Three documents with four questions each, then outline, differences, and what had to be mended.
    expect(server.requests.length).toBeGreaterThanOrEqual(14);
    for (const { authorization, model, response_format: format } of server.requests) {
      expect({ authorization, model, format: format?.type }).toEqual({
        authorization: "Bearer test-key",
        model: "test-model",
        format: "json_schema",
      });
    }
    expect(server.prompts.some((prompt) => prompt.startsWith("# Task: mend"))).toBe(true);

    const brief = await workplace.brief();
    await using other = await Workplace.withDocuments();
    await other.run(["--input", "documents"]);
    expect(brief).toBe(await other.brief());
  });

  it("fails with the server's reason and writes no brief when the key is refused", async () => {
    await using server = await ModelServer.open({ status: 401 });
    await using workplace = await Workplace.withDocuments();
    const { code, stdout } = await workplace.run(ARGS, server.env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/The run failed at documents@\d.*classify#1\/model: .*Incorrect API key provided/s);
    expect(await readdir(workplace.path("out"))).not.toContain("brief.md");
  });

  it("waits for another process that makes the same brief, and leaves it at that", async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await using server = await ModelServer.open({
      hold: (prompt) => (prompt.startsWith("# Task: outline") ? held : undefined),
    });
    await using workplace = await Workplace.withDocuments();
    const first = workplace.start(ARGS, server.env);
    await first.said("gather");
    const second = workplace.start(ARGS, server.env);
    await second.said("is unfinished. Waiting to be sure that no other process works on it");
    release();
    expect((await first.ended).code).toBe(0);
    const { code, stdout } = await second.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/Run brief-\S+ has made this brief already/);
    expect(server.prompts.filter((prompt) => prompt.startsWith("# Task: outline"))).toHaveLength(1);
  });

  it("stops at Ctrl-C, says how to go on, and then asks only what was not answered", async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const isLast = (prompt: string): boolean =>
      prompt.startsWith("# Task: questions") && prompt.includes("marsh-restoration-notes.md");
    await using server = await ModelServer.open({ hold: (prompt) => (isLast(prompt) ? held : undefined) });
    await using workplace = await Workplace.withDocuments();
    const first = workplace.start(ARGS, server.env);
    for (const path of [
      "documents@0/study ",
      "documents@1/study ",
      "documents@2/study/by-kind[report]/extract[claims]/find-claims ",
      "documents@2/study/by-kind[report]/extract[terms]/find-terms ",
    ]) {
      await first.said(`✓ ${path}`);
    }
    first.child.kill("SIGINT");
    const interrupted = await first.ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.stdout).toContain(
      `Interrupted: 2 of 3 documents are done. The same command goes on with run ${runIdIn(interrupted)}.`,
    );
    expect(await readdir(workplace.path("out"))).not.toContain("brief.md");

    release();
    const before = server.prompts.length;
    const { code, stdout } = await workplace.run(ARGS, server.env);
    expect(code).toBe(0);
    expect(stdout).toContain(`Resuming run ${runIdIn(interrupted)}: 2 of 3 documents were done.`);
    const [asked, ...others] = server.prompts.slice(before);
    expect(isLast(asked ?? "")).toBe(true);
    expect(new Set(others.map((prompt) => prompt.split("\n")[0]))).toEqual(
      new Set(["# Task: outline", "# Task: differences", "# Task: mend"]),
    );
  });
});
