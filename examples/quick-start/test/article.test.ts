import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("../src/article.ts", import.meta.url));

test("pauses for a person, takes the answer and goes on, on a database that stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flujo-quick-start-"));
  try {
    await writeFile(join(folder, "post.md"), "# On Rivers\n\nThey flow.\n");
    const { stdout } = await promisify(execFile)(process.execPath, [example, "post.md"], { cwd: folder });
    expect(stdout).toBe('Publish "On Rivers", 6 words?\npublished\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("is what the README shows", async () => {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${await readFile(example, "utf8")}\`\`\``);
});
