import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { isQuoteOf } from "../../src/brief/quote-check.ts";
import { runIdIn, Workplace } from "./example.ts";

const SHIPPED = new URL("../../documents/", import.meta.url);

describe("the example", { timeout: 60_000 }, () => {
  it("makes a brief of the shipped documents in which every claim is backed", async () => {
    await using workplace = await Workplace.open();
    const { code, stdout, stderr } = await workplace.run([]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("documents@6/study") as string });

    const brief = await workplace.brief();
    const sources = [...brief.matchAll(/^(?<number>\d+)\. “(?<quote>.*)” \((?<file>.*)\)$/gm)].map(
      ({ groups }) => groups ?? {},
    );
    for (const { quote = "", file = "" } of sources) {
      expect(isQuoteOf(quote, await readFile(new URL(file, SHIPPED), "utf8")), quote).toBe(true);
    }
    // Each claim has a number, and each number a source.
    const cited = new Set(Array.from(brief.matchAll(/\[(\d+), [\w-]+\]/g), ([, number]) => number));
    expect(sources.map(({ number }) => number)).toEqual([...cited].toSorted((a, b) => Number(a) - Number(b)));
    expect(new Set(sources.map(({ file }) => file)).size).toBe(7);
    for (const bullet of brief
      .slice(brief.indexOf("\n## "), brief.indexOf("\n## Open questions"))
      .matchAll(/^ *- .*/gm)) {
      expect(bullet[0]).toMatch(/\[\d+, [\w-]+\]$|^- \*\*.*\*\*$/);
    }

    expect(stdout).toContain("No OPENAI_API_KEY is set");
    expect(stdout).toContain(`The brief is in out/brief.md: ${sources.length} claims from 7 documents`);
    expect(stdout).toMatch(/Time {4}\d/);
    expect(stdout).toMatch(/Tokens {2}[\d,]+ tokens/);
    expect(stdout).toMatch(/Cost {4}unknown/);
    expect(stdout).toContain(
      `npx -y pnpm@12.21.0 flujo lens trace ${runIdIn({ code, stdout, stderr, signal: null })} --db out/flujo.db`,
    );
    expect(await readdir(workplace.path("out"))).toEqual(expect.arrayContaining(["brief.md", "flujo.db"]));
  });

  it("writes the same brief again with --fresh, and does not work twice without it", async () => {
    await using workplace = await Workplace.withDocuments();
    const args = ["--input", "documents", "--work-log", "work.log"];
    await workplace.run(args);
    const brief = await workplace.brief();
    const lines = (await readFile(workplace.path("work.log"), "utf8")).length;

    const second = await workplace.run(args);
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/has made this brief already.*--fresh/);
    expect((await readFile(workplace.path("work.log"), "utf8")).length).toBe(lines);

    await writeFile(workplace.path("out", "brief.md"), "spoilt");
    expect((await workplace.run(args)).stdout).toMatch(/^Run brief-\S+: 3 documents/m);
    expect(await workplace.brief()).toBe(brief);

    expect((await workplace.run([...args, "--fresh"])).stdout).toMatch(/^Run brief-\S+: 3 documents/m);
    expect(await workplace.brief()).toBe(brief);
  });

  it("begins anew when a document has changed", async () => {
    await using workplace = await Workplace.withDocuments();
    await workplace.run(["--input", "documents"]);
    await writeFile(
      workplace.path("documents", "new.md"),
      "# New\n\nThe council has 14 boats and 3 cranes in the harbour.\n",
    );
    expect((await workplace.run(["--input", "documents"])).stdout).toMatch(/^Run brief-\S+: 4 documents/m);
    expect(await workplace.brief()).toContain("14 boats and 3 cranes");
  });

  it("explains itself", async () => {
    await using workplace = await Workplace.open();
    const { code, stdout } = await workplace.run(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--input DIR");
    expect(await readdir(workplace.folder)).toEqual([]);
  });

  it("fails with the step and the reason when no claim can be made", async () => {
    await using workplace = await Workplace.open();
    await mkdir(workplace.path("documents"));
    await writeFile(workplace.path("documents", "list.md"), "- milk\n- eggs\n");
    const { code, stdout } = await workplace.run(["--input", "documents"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/The run failed at write: No claim is backed by a quote/);
    expect(stdout).toContain("flujo lens trace brief-");
    expect(await readdir(workplace.path("out"))).not.toContain("brief.md");
  });
});

describe("bad input", { timeout: 60_000 }, () => {
  const files = { "good.md": "# Good\n\nThe sea has risen by 4.1 millimetres a year.\n" };

  it.each([
    ["a folder that is not there", ["--input", "none"], /none can't be read: there is no such file or folder/],
    ["a file for a folder", ["--input", "documents/good.md"], /good\.md is not a folder/],
    ["an empty document", ["--input", "empty"], /^blank\.md is empty\.\nMend it or move it out of .*empty/],
    [
      "a folder for the brief",
      ["--input", "documents", "--output", "documents"],
      /documents is a folder\. Give --output the name of a file/,
    ],
    [
      "a brief below a file",
      ["--input", "documents", "--output", "documents/good.md/brief.md"],
      /can't be written: a part of the path is a file/,
    ],
    [
      "a brief among the documents",
      ["--input", "documents", "--output", "documents/brief.md"],
      /would be taken for a document the next time/,
    ],
    [
      "a database that is none",
      ["--input", "documents", "--db", "documents/good.md"],
      /Runs can't be kept in documents\/good\.md/,
    ],
    [
      "one file for brief and runs",
      ["--input", "documents", "--output", "x.md", "--db", "x.md"],
      /must name different files/,
    ],
    ["an unknown option", ["--inptu", "documents"], /--inptu/],
    ["an option without its value", ["--input"], /--input/],
  ])("%s: says so, exits with 2 and writes nothing", async (_, args, message) => {
    await using workplace = await Workplace.open();
    await mkdir(workplace.path("documents"));
    await mkdir(workplace.path("empty"));
    for (const [file, text] of Object.entries(files)) await writeFile(workplace.path("documents", file), text);
    await writeFile(workplace.path("empty", "blank.md"), "\n");

    const { code, stdout, stderr } = await workplace.run(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(await readFile(workplace.path("documents", "good.md"), "utf8")).toBe(files["good.md"]);
    expect(await readdir(workplace.path("documents"))).toEqual(["good.md"]);
    const left = await readdir(workplace.path("out")).catch(() => []);
    expect(left.filter((file) => file.endsWith(".md"))).toEqual([]);
  });

  it("refuses an OPENAI_BASE_URL that is no address", async () => {
    await using workplace = await Workplace.withDocuments();
    const { code, stderr } = await workplace.run(["--input", "documents"], {
      OPENAI_API_KEY: "k",
      OPENAI_BASE_URL: "localhost:1",
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'OPENAI_BASE_URL is "localhost:1", which is not an http or https address.\n',
    });
  });
});
