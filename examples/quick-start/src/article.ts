import { readFile } from "node:fs/promises";
import { Flujo } from "@flujo/core";
import { human, parallel, step } from "@flujo/dsl";
import { sqliteState } from "@flujo/state-sqlite";
import { z } from "zod";

const read = step("read", (file: string) => readFile(file, "utf8")).withRetry({ maxAttempts: 3 });
const analyse = parallel("analyse", {
  title: step("title", (text: string) => /^# (.+)$/m.exec(text)?.[1] ?? "Untitled"),
  words: step("words", (text: string) => text.split(/\s+/).length),
});
const approve = human("approve", {
  prompt: ({ title, words }: { title: string; words: number }) => `Publish "${title}", ${words} words?`,
  schema: z.object({ ok: z.boolean() }),
});
const publish = step("publish", ({ ok }: { ok: boolean }) => (ok ? "published" : "shelved"));

export const article = read.pipe(analyse).pipe(approve).pipe(publish);

await using flujo = new Flujo(article, { modules: [sqliteState({ file: "article.db" })] });
const run = await flujo.run(process.argv[2] ?? "README.md", { runId: "article-1" });
if (run.status === "paused") console.log(run.awaiting[0]?.prompt);
const done = await flujo.resume("article-1", { signals: { approve: { ok: true } } });
if (done.status === "completed") console.log(done.output);
