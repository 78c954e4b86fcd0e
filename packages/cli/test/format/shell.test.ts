import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellLine } from "../../src/format/shell.ts";

it("writes a line that a shell reads as the same words", () => {
  const words = ["plain", "two words", `approve={"ok":true}`, "it's", "$HOME", "*", "", "[a]/b", "~x"];
  const read = execFileSync("sh", ["-c", `printf '%s\\n' ${shellLine(words)}`], { encoding: "utf8" });
  expect(read.split("\n").slice(0, -1)).toEqual(words);
});
