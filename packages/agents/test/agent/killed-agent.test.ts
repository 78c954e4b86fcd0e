import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Asked, chatAnswer, type Reply, startModelServer } from "../support/model-server.ts";

const PROGRAM = new URL("./processes/run-agent.ts", import.meta.url).pathname;
const KILLS = process.env["FLUJO_PROOF"] === "1" ? 50 : 3;
const TURNS = 10;

/** How many turns have gone before a request. */
function turnOf({ body }: Asked): number {
  const messages = body["messages"] as readonly { readonly role: string }[];
  return messages.filter(({ role }) => role === "assistant").length;
}

/** Calls a tool in each turn but the last, by what it is asked and not by how often. */
const answer: Reply = (response, asked) => {
  const turn = turnOf(asked);
  if (turn === TURNS - 1) return chatAnswer({ content: "All noted." })(response, asked);
  const call = { name: "note", arguments: JSON.stringify({ text: `fact ${turn}` }) };
  const message = {
    role: "assistant",
    content: null,
    tool_calls: [{ id: `call-${turn}`, type: "function", function: call }],
  };
  return chatAnswer({}, { choices: [{ index: 0, message, finish_reason: "tool_calls" }] })(response, asked);
};

function start(baseURL: string, folder: string): ChildProcess {
  const files = [join(folder, "flujo.db"), join(folder, "notes.txt")];
  return spawn(process.execPath, [PROGRAM, baseURL, ...files], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills an agent's process once its service has been asked for a turn, waits a little, and lets another one go on. */
async function killAndGoOn(turn: number, delayMs: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "killed-agent-"));
  try {
    let reached = (): void => {};
    const asked = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const watching: Reply = (response, question) => {
      if (turnOf(question) === turn) reached();
      answer(response, question);
    };
    await using server = await startModelServer(...Array.from({ length: 3 * TURNS }, () => watching));
    const first = start(server.baseURL, folder);
    const ended = once(first, "exit");
    await Promise.race([asked, ended]);
    await sleep(delayMs);
    first.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
    const paid = server.asked.map(turnOf);

    const second = start(server.baseURL, folder);
    expect((await text(second.stdout as NonNullable<typeof second.stdout>)).trim()).toBe('"All noted."');
    const goneOn = server.asked.slice(paid.length).map(turnOf);
    // It goes on with the turn that was in flight, or the one after it, and asks each one that is left once.
    const inFlight = Math.max(...paid);
    // None, if the last answer was recorded just before the end.
    const next = goneOn[0] ?? TURNS;
    expect([inFlight, inFlight + 1]).toContain(next);
    expect(goneOn).toEqual(Array.from({ length: TURNS - next }, (_, index) => next + index));
    expect(paid).toEqual(Array.from({ length: inFlight + 1 }, (_, index) => index));

    const notes = (await readFile(join(folder, "notes.txt"), "utf8")).trim().split("\n");
    expect(notes).toEqual(Array.from({ length: TURNS - 1 }, (_, index) => `one:clerk@${index}/note fact ${index}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test(`an agent of ${TURNS} turns that is killed pays none twice but the one in flight, and does nothing twice`, {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    await killAndGoOn((kill * 3 + 1) % (TURNS - 3), (kill * 7) % 9);
  }
});
