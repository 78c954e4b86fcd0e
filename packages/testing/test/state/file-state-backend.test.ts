import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { describeStateBackend } from "@flujo/testing";
import { afterAll } from "vitest";

const root = mkdtempSync(join(tmpdir(), "flujo-file-state-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const folderOf = new WeakMap<FileStateBackend, string>();

for (const durability of ["full", "normal"] as const) {
  describeStateBackend({
    name: `file (${durability})`,
    open: (clock) => {
      const folder = join(root, `${folders++}`);
      const backend = new FileStateBackend({ folder, durability, clock });
      folderOf.set(backend, folder);
      return backend;
    },
    reopen: async (backend, clock) => {
      await backend[Symbol.asyncDispose]();
      return new FileStateBackend({ folder: folderOf.get(backend) ?? "", durability, clock });
    },
    share: (backend, clock) => new FileStateBackend({ folder: folderOf.get(backend) ?? "", durability, clock }),
  });
}
