import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { Flujo } from "@flujo/core";
import { pipeline, step } from "@flujo/dsl";
import { beforeEach, describe, expect, it } from "vitest";
import { liveProgress } from "../../src/progress/live-progress.ts";

let stream: PassThrough & NodeJS.WriteStream;
let text: string;

/** A stream that takes itself for a terminal, or not. */
function open(isTTY: boolean): void {
  stream = Object.assign(new PassThrough(), { isTTY, columns: 60, rows: 10 }) as unknown as typeof stream;
  text = "";
  stream.on("data", (chunk) => (text += chunk));
}

const work = pipeline(
  "work",
  step("first", (n: number, { log }) => {
    log.info("half way");
    log.debug("not for everybody");
    return n + 1;
  }),
  step("second", async (n: number) => {
    await sleep(200);
    return n * 2;
  }),
);

describe("liveProgress on a terminal", () => {
  beforeEach(() => open(true));

  it("draws the tree while the run goes on, and leaves its last state", async () => {
    await using flujo = new Flujo(work, { modules: [liveProgress({ stream })] });
    const running = flujo.run(1);
    await sleep(150);
    expect(stripVTControlCharacters(text)).toMatch(/⠋|⠙|⠹/);
    await running;
    const last = stripVTControlCharacters(text).slice(
      stripVTControlCharacters(text).lastIndexOf("work  completed") - 2,
    );
    expect(last).toMatch(/^✓ work {2}completed.*\n {2}✓ first.*\n {2}✓ second.*\n$/);
  });

  it("leaves neither a timer nor a changed stream behind when the run is over", async () => {
    await using flujo = new Flujo(work, { modules: [liveProgress({ stream })] });
    await flujo.run(1);
    const after = text;
    await sleep(250);
    expect(text).toBe(after);
    expect(Object.hasOwn(stream, "write")).toBe(false);
  });

  it("stops when it is disposed of, though the run goes on", async () => {
    const progress = liveProgress({ stream });
    await using flujo = new Flujo(work, { modules: [progress] });
    const running = flujo.run(1);
    await sleep(100);
    progress[Symbol.dispose]();
    expect(Object.hasOwn(stream, "write")).toBe(false);
    const after = text;
    await sleep(90);
    expect(text).toBe(after);
    await running;
  });

  it("shows several runs at once, and each one's end", async () => {
    await using flujo = new Flujo(work, { modules: [liveProgress({ stream })] });
    await Promise.all([flujo.run(1, { runId: "one" }), flujo.run(2, { runId: "two" })]);
    for (const id of ["one", "two"]) expect(stripVTControlCharacters(text)).toContain(`✓ work  completed  ${id}`);
    expect(Object.hasOwn(stream, "write")).toBe(false);
  });

  it("keeps log messages above the tree", async () => {
    await using flujo = new Flujo(work, { modules: [liveProgress({ stream })] });
    await flujo.run(1);
    expect(stripVTControlCharacters(text)).toContain("info first: half way\n");
    expect(text).not.toContain("not for everybody");
  });
});

describe("liveProgress elsewhere", () => {
  beforeEach(() => open(false));

  it("writes a line a step, without colours", async () => {
    await using flujo = new Flujo(work, { modules: [liveProgress({ stream })] });
    await flujo.run(1, { runId: "one" });
    expect(text.replaceAll(/\d+(\.\d+)?m?s/g, "0ms").replaceAll(/ +0ms/g, " 0ms")).toBe(
      " 0ms  begins work  one\n 0ms  info first: half way\n 0ms  ✓ first 0ms\n 0ms  ✓ second 0ms\n",
    );
  });

  it("says which run a line is about while there are several", async () => {
    await using flujo = new Flujo(work, { modules: [liveProgress({ stream })] });
    await Promise.all([flujo.run(1, { runId: "one" }), flujo.run(2, { runId: "two" })]);
    expect(text).toMatch(/^one .*✓ second/m);
    expect(text).toMatch(/^two .*✓ first/m);
  });
});
