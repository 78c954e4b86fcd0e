import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileStateBackend } from "@flujo/core";
import { describeStateBackend } from "@flujo/testing";
import { afterAll } from "vitest";
import { SHARED_STATE_BACKENDS, STATE_BACKENDS } from "./state-backends.ts";

for (const [broken, Mutant] of Object.entries(STATE_BACKENDS)) {
  describeStateBackend({ name: broken, open: (clock) => new Mutant({ clock }) });
}

const root = mkdtempSync(join(tmpdir(), "flujo-state-mutants-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const folderOf = new WeakMap<FileStateBackend, string>();

for (const [broken, Mutant] of Object.entries(SHARED_STATE_BACKENDS)) {
  describeStateBackend({
    name: broken,
    open: (clock) => {
      const folder = join(root, `${folders++}`);
      const backend = new Mutant({ folder, durability: "normal", clock });
      folderOf.set(backend, folder);
      return backend;
    },
    reopen: async (backend, clock) => {
      await backend[Symbol.asyncDispose]();
      return new Mutant({ folder: folderOf.get(backend) ?? "", durability: "normal", clock });
    },
    share: (backend, clock) => new Mutant({ folder: folderOf.get(backend) ?? "", durability: "normal", clock }),
  });
}
