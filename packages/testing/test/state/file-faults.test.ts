import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileState } from "@flujo/core";
import { describeStateFaults } from "@flujo/testing";
import { afterAll } from "vitest";

const root = mkdtempSync(join(tmpdir(), "flujo-file-faults-"));
afterAll(() => rmSync(root, { recursive: true }));

function logOf(folder: string): string {
  const name = readdirSync(join(folder, "runs")).find((file) => file.startsWith("struck-"));
  if (name === undefined) throw new Error("The run has no log");
  return join(folder, "runs", name);
}

/** Makes something else of a file; returns what puts back what was there. */
function replace(file: string, change: (sound: Buffer) => Buffer): () => void {
  const sound = readFileSync(file);
  writeFileSync(file, change(Buffer.from(sound)));
  return () => writeFileSync(file, sound);
}

function damageMiddle(folder: string): () => void {
  return replace(logOf(folder), (bytes) => {
    const middle = Math.floor(bytes.length / 2);
    return bytes.fill(0xa5, middle, middle + 20);
  });
}

function makeNewer(folder: string): () => void {
  return replace(logOf(folder), (bytes) =>
    Buffer.from(bytes.toString("latin1").replace("log 000002", "log 000099"), "latin1"),
  );
}

const damaged = { code: "state", message: /\.log is damaged at byte \d+: .* restore the rest from a backup/ } as const;

describeStateFaults<string>({
  name: "file",
  newStore: () => join(root, randomUUID()),
  module: (folder) => fileState({ folder, durability: "normal", busyTimeoutMs: 0 }),
  underWay: {
    "its log lost its end": {
      refused: damaged,
      strike: (folder) => replace(logOf(folder), (bytes) => bytes.subarray(0, -10)),
      sparesOthers: true,
    },
    "the folder of locks is gone": {
      refused: { code: "state", message: /can't be found: check that its folder is still there/ },
      strike: (folder) => {
        renameSync(join(folder, "locks"), join(folder, "elsewhere"));
        return () => renameSync(join(folder, "elsewhere"), join(folder, "locks"));
      },
    },
  },
  left: {
    "its log is damaged in its middle": { refused: damaged, strike: damageMiddle },
    "its log lost its beginning": {
      refused: damaged,
      strike: (folder) => replace(logOf(folder), (bytes) => bytes.subarray(30)),
    },
    "a newer version wrote its log": {
      refused: { code: "state_format", message: /\.log has format 99, .* formats up to \d+: update the package/ },
      strike: makeNewer,
    },
    "a newer version laid out the folder": {
      refused: { code: "state_format", message: /has layout 99, .* layouts up to \d+: update the package/ },
      strike: (folder) => replace(join(folder, "flujo-state"), () => Buffer.from("flujo state folder 99\n")),
    },
  },
});
