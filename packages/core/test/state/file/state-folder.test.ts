import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newLeaseOwner } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { logNameOf } from "../../../src/state/file/state-folder.ts";
import { entryAt, lease, newRun, openQuick } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();

describe("A state folder", () => {
  test("is created with the folders that it is in", async () => {
    const folder = join(root, "some", "where", "deep");
    await using backend = openQuick(folder, { durability: "full" });
    expect(await backend.createRun(newRun("run"))).toBe(true);
    expect(readFileSync(join(folder, "flujo-state"), "utf8")).toBe("flujo state folder 1\n");
  });

  test("is refused if it is another program's, and left as it is", () => {
    const folder = join(root, "foreign");
    mkdirSync(folder);
    writeFileSync(join(folder, "diary.txt"), "dear to somebody");
    const modifiedAt = statSync(folder).mtimeMs;
    const refused = { code: "state", message: expect.stringContaining(`${folder} is not a state folder of Flujo's`) };
    expect(() => openQuick(folder)).toThrow(expect.objectContaining(refused));
    expect(readdirSync(folder)).toStrictEqual(["diary.txt"]);
    expect(statSync(folder).mtimeMs).toBe(modifiedAt);
    writeFileSync(join(folder, "flujo-state"), "not by us");
    expect(() => openQuick(folder)).toThrow(expect.objectContaining(refused));
  });

  test("is refused if a newer version laid it out", () => {
    const folder = join(root, "newer");
    mkdirSync(folder);
    writeFileSync(join(folder, "flujo-state"), "flujo state folder 2\n");
    expect(() => openQuick(folder)).toThrow(
      expect.objectContaining({ code: "state_format", message: expect.stringMatching(/has layout 2/) }),
    );
    expect(readdirSync(folder)).toStrictEqual(["flujo-state"]);
  });

  test("is refused if it is a file, or in one", () => {
    const file = join(root, "a file");
    writeFileSync(file, "");
    for (const folder of [file, join(file, "in it")]) {
      expect(() => openQuick(folder)).toThrow(expect.objectContaining({ code: "state", cause: expect.any(Error) }));
    }
  });

  test("that is taken away is said to be gone by every write, and by the end of a backend that held a lease", async () => {
    const folder = join(root, "taken away");
    const backend = openQuick(folder);
    const held = await lease(backend, "run");
    rmSync(folder, { recursive: true });
    const gone = { code: "state", message: expect.stringMatching(/taken away.* can't be found/) };
    await expect(backend.appendEntries(held, [entryAt("a")])).rejects.toMatchObject(gone);
    await expect(backend.createRun(newRun("other"))).rejects.toMatchObject(gone);
    await expect(backend.listRuns()).rejects.toMatchObject(gone);
    expect(await backend.getRun("run")).toBeUndefined();
    await expect(backend[Symbol.asyncDispose]()).rejects.toMatchObject(gone);
  });

  test("keeps nothing but the logs when nobody has it open", async () => {
    const folder = join(root, "tidy");
    const backend = openQuick(folder);
    await backend.appendEntries(await lease(backend, "run"), [entryAt("a")]);
    expect(readdirSync(join(folder, "owners"))).toHaveLength(1);
    await backend[Symbol.asyncDispose]();
    for (const name of ["owners", "locks", "breaking", "drafts"]) {
      expect(readdirSync(join(folder, name))).toStrictEqual([]);
    }
    expect(readdirSync(join(folder, "runs"))).toStrictEqual([logNameOf("run")]);
  });

  test("is rid of what dead processes left in it when it is opened, and of nothing else", async () => {
    const folder = join(root, "swept");
    await using living = openQuick(folder);
    const [own = ""] = readdirSync(join(folder, "owners"));
    const dead = JSON.stringify({ ...(JSON.parse(newLeaseOwner()) as object), startedAt: "1", boot: "an earlier one" });
    writeFileSync(join(folder, "owners", "dead"), dead);
    writeFileSync(join(folder, "owners", "emptied by a loss of power"), "");
    writeFileSync(join(folder, "drafts", "dead.0"), "half a log");
    writeFileSync(join(folder, "drafts", `${own}.7`), "half a log of somebody at work");
    writeFileSync(join(folder, "drafts", "owner-young"), "");
    await using _ = openQuick(folder);
    expect(readdirSync(join(folder, "owners"))).toHaveLength(2);
    expect(readdirSync(join(folder, "owners"))).toContain(own);
    expect(readdirSync(join(folder, "drafts")).toSorted()).toStrictEqual([`${own}.7`, "owner-young"].toSorted());
    await living.createRun(newRun("run"));
  });
});

describe("The log of a run", () => {
  const HOSTILE = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\x",
    "con",
    "nul.txt",
    "a\0b",
    "x".repeat(5_000),
  ];

  test.each(HOSTILE)("stays in its folder whatever the run's id is: %j", async (runId) => {
    const name = logNameOf(runId);
    expect(name).toMatch(/^([a-z0-9]+-)*[0-9a-f]{64}\.log$/);
    expect(name.length).toBeLessThan(150);
    const folder = join(root, `hostile ${name.slice(-12)}`);
    await using backend = openQuick(folder);
    expect(await backend.createRun(newRun(runId))).toBe(true);
    expect(readdirSync(join(folder, "runs"))).toStrictEqual([name]);
    expect((await backend.getRun(runId))?.runId).toBe(runId);
  });

  test("is another's where a file system sees no difference between two ids", () => {
    const alike = [
      "Case",
      "case",
      "caf\u00e9",
      "cafe\u0301",
      "a/b",
      "a\\b",
      "a b",
      "a-b",
      "half \ud83d",
      "half \ud83e",
    ];
    expect(new Set(alike.map((id) => logNameOf(id).toLowerCase().normalize("NFC"))).size).toBe(alike.length);
  });

  test("begins with what people can read of the id", () => {
    expect(logNameOf("Article 42: the otters")).toMatch(/^article-42-the-otters-[0-9a-f]{64}\.log$/);
  });
});

test("A file of another program among the logs is none of them", async () => {
  const folder = join(root, "with a stranger");
  await using backend = openQuick(folder);
  await backend.createRun(newRun("run"));
  writeFileSync(join(folder, "runs", ".DS_Store"), "whatever");
  expect((await backend.listRuns()).runs).toHaveLength(1);
  expect(existsSync(join(folder, "runs", ".DS_Store"))).toBe(true);
});
