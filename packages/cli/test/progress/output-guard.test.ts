import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { OutputGuard } from "../../src/progress/output-guard.ts";

let stream: NodeJS.WriteStream;
let guard: OutputGuard;

/** All that was written so far. */
function written(): string {
  return (stream as unknown as PassThrough).read()?.toString() ?? "";
}

beforeEach(() => {
  stream = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
  guard = new OutputGuard([stream, stream], {
    clear: () => stream.write("<clear>"),
    draw: () => stream.write("<draw>"),
  });
  guard.begin();
});

describe("OutputGuard", () => {
  it("takes the picture away for what others write, and draws it again below", () => {
    stream.write("hello\n");
    expect(written()).toBe("<clear>hello\n<draw>");
  });

  it("draws nothing into a line that is not finished", () => {
    stream.write("loading");
    guard.draw();
    stream.write("...");
    stream.write(Buffer.from(" done\n"));
    expect(written()).toBe("<clear>loading... done\n<draw>");
  });

  it("finishes that line where the picture cannot wait", () => {
    stream.write("loading");
    guard.finishLine();
    guard.finishLine();
    guard.draw();
    expect(written()).toBe("<clear>loading\n<draw>");
  });

  it("lets through what only moves or shows the cursor", () => {
    stream.write("\u001b[?25h");
    expect(written()).toBe("\u001b[?25h");
  });

  it("gives the callback of a write and its answer back to whoever wrote", async () => {
    await new Promise<void>((resolve) => {
      expect(stream.write("hello\n", () => resolve())).toBe(true);
    });
  });

  it("puts the streams back as they were", () => {
    guard.end();
    stream.write("hello\n");
    expect(written()).toBe("hello\n");
    expect(Object.hasOwn(stream, "write")).toBe(false);
  });

  it("leaves alone a stream that is no terminal", () => {
    const file = new PassThrough() as unknown as NodeJS.WriteStream;
    const before = file.write;
    new OutputGuard([file], { clear: () => undefined, draw: () => undefined }).begin();
    expect(file.write).toBe(before);
  });
});
