import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, expect, test } from "vitest";

const desk = fileURLToPath(new URL("../src/desk.ts", import.meta.url));
const flujo = join(createRequire(import.meta.url).resolve("@flujo/cli/package.json"), "../bin/flujo.js");
const folders: string[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flujo-refund-desk-"));
  folders.push(folder);
});

afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true }))));

interface Ended {
  readonly code: number;
  readonly stdout: string;
}

/** Runs the command as a person would, in an empty folder and without a key. */
function command(...args: readonly string[]): Promise<Ended> {
  const { OPENAI_API_KEY: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [flujo, ...args, "--json"], { cwd: folder, env }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout });
    });
  });
}

const write = (letter: string): Promise<Ended> =>
  command("run", desk, "--input", JSON.stringify(letter), "--run-id", "letter");
const answer = (value: unknown): Promise<Ended> =>
  command("resume", desk, "letter", "--signal", `desk@1/refund/approve=${JSON.stringify(value)}`);

async function refunds(): Promise<readonly unknown[]> {
  const files = await readdir(join(folder, "refunds")).catch(() => []);
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, "refunds", file), "utf8"))));
}

test("A large refund waits for a person, and is paid once, however often the answer comes", async () => {
  expect(await write("My kettle, order B-1041, came broken.")).toMatchObject({ code: 3 });
  expect(await refunds()).toEqual([]);
  expect(await answer(true)).toMatchObject({ code: 0, stdout: expect.stringContaining("We paid € 64.5 back") });
  await answer(true);
  expect(await refunds()).toEqual([{ number: "B-1041", euros: 64.5 }]);
});

test("A refund that a person denies is not paid, and the customer is told why", async () => {
  await write("My bread oven B-1043 is cracked!");
  const denied = await answer({ approved: false, reason: "It was used for a year" });
  expect(denied).toMatchObject({ code: 0, stdout: expect.stringContaining("It was used for a year") });
  expect(await refunds()).toEqual([]);
});

test("A small refund is paid at once", async () => {
  expect(await write("The towels of B-1042 arrived with a broken seam.")).toMatchObject({ code: 0 });
  expect(await refunds()).toEqual([{ number: "B-1042", euros: 18 }]);
});

test("An order that is not there is asked about", async () => {
  const { code, stdout } = await write("Where is B-9999?");
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("can't find an order B-9999") });
});
