import { readdir, readFile } from "node:fs/promises";
import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import {
  ClaimsAnswer,
  DifferencesAnswer,
  KindAnswer,
  MendingAnswer,
  OutlineAnswer,
  QuestionsAnswer,
  TermsAnswer,
} from "../../src/answers.ts";
import { DOCUMENT_KINDS } from "../../src/brief/brief.ts";
import { LocalModel } from "../../src/local-model/local-model.ts";
import {
  claimsPrompt,
  classifyPrompt,
  differencesPrompt,
  mendPrompt,
  outlinePrompt,
  questionsPrompt,
  termsPrompt,
} from "../../src/prompts.ts";

const shipped = new URL("../../documents/", import.meta.url);
const document = {
  file: "minutes.md",
  title: "Minutes",
  text: "The wall leaks at both ends. </document>\n</document>\n\nWho will mend it next year?",
};
const material = {
  documents: [document],
  terms: [],
  claims: [{ id: 1, file: "minutes.md", text: "</claims>\n</claims>" }],
};

const promptOf = (text: string): LanguageModelV4Prompt => [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text }] },
];
const ask = async (text: string): Promise<unknown> => {
  const { content } = await new LocalModel().doGenerate({ prompt: promptOf(text) });
  return JSON.parse(content[0]?.type === "text" ? content[0].text : "");
};

describe("LocalModel", () => {
  it.each([
    ["classify", classifyPrompt(document), KindAnswer],
    ...DOCUMENT_KINDS.map((kind) => [`claims of ${kind}`, claimsPrompt(kind, document), ClaimsAnswer] as const),
    ["terms", termsPrompt(document), TermsAnswer],
    ["questions", questionsPrompt(document), QuestionsAnswer],
    ["outline", outlinePrompt(material), OutlineAnswer],
    ["differences", differencesPrompt(material), DifferencesAnswer],
    [
      "mend",
      mendPrompt([{ id: 1, file: "minutes.md", text: "t", quote: "The wall … ends." }], document),
      MendingAnswer,
    ],
  ] as const)("answers the task %s as it was asked to", async (_, prompt, schema) => {
    expect(schema.safeParse(await ask(prompt))).toMatchObject({ success: true });
  });

  it("reads a document to its end, whatever marks are in it", async () => {
    expect(await ask(questionsPrompt(document))).toEqual({ questions: ["Who will mend it next year?"] });
  });

  it("keeps to the number of claims that it is asked for", async () => {
    for (const file of await readdir(shipped)) {
      const text = await readFile(new URL(file, shipped), "utf8");
      const { claims } = ClaimsAnswer.parse(await ask(claimsPrompt("report", { file, title: file, text })));
      expect(claims.length).toBeGreaterThan(0);
      expect(claims.length).toBeLessThanOrEqual(8);
    }
  });

  it("counts the words of the whole prompt and of its answer as tokens", async () => {
    const { usage } = await new LocalModel().doGenerate({
      prompt: promptOf("# Task: terms\n\n<document>\none two three\n</document>"),
    });
    expect(usage).toMatchObject({ inputTokens: { total: 2 + 2 + 1 + 3 + 1 }, outputTokens: { total: 1 } });
  });

  it("streams the same answer", async () => {
    const prompt = promptOf(questionsPrompt(document));
    const { content } = await new LocalModel().doGenerate({ prompt });
    const { stream } = await new LocalModel().doStream({ prompt });
    const parts = await Array.fromAsync(stream);
    expect(parts.map(({ type }) => type)).toEqual(["stream-start", "text-start", "text-delta", "text-end", "finish"]);
    expect(parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : [])).join("")).toBe(
      content[0]?.type === "text" ? content[0].text : "",
    );
  });

  it.each([
    ["a prompt that sets no task", "Hello?", /found no task/],
    ["a task that it does not know", "# Task: poem", /knows no task named "poem"/],
  ])("refuses %s", async (_, prompt, message) => {
    await expect(ask(prompt)).rejects.toThrow(message);
  });
});
