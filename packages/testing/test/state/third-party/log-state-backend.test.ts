import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStateBackend } from "@flujo/testing";
import { afterAll } from "vitest";
import { LogStateBackend } from "./log-state-backend.ts";

const folder = mkdtempSync(join(tmpdir(), "log-state-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

describeStateBackend({
  name: "log",
  open: (clock) => LogStateBackend.open(join(folder, `${files++}.log`), clock),
  reopen: async (backend, clock) => {
    await backend[Symbol.asyncDispose]();
    return LogStateBackend.open(backend.file, clock);
  },
});
