import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import {
  type Cassette,
  type CassetteMissError,
  type CassetteOptions,
  cassette,
  type ModelScript,
  type ScriptedServer,
  scriptedServer,
  UnusedRecordingsError,
} from "@flujo/testing";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cassette-"));
  file = join(folder, "deep/er/answers.json");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const KEY = "sk-very-secret-0123456789";

/** A client as it is in use: with a key, and no tries again. */
const clientOf = ({ settings }: ScriptedServer, { fetch }: Cassette): OpenAI =>
  new OpenAI({ ...settings, apiKey: KEY, maxRetries: 0, fetch });

const say = async (client: OpenAI, content: string): Promise<string | null | undefined> => {
  const { choices } = await client.chat.completions.create({ model: "m", messages: [{ role: "user", content }] });
  return choices[0]?.message.content;
};

/** Records what `work` asks of a server that is gone afterwards; where it was is where a replay asks. */
async function record<Result>(
  script: ModelScript,
  work: (server: ScriptedServer, tape: Cassette) => Promise<Result>,
  options: CassetteOptions = {},
): Promise<{ readonly result: Result; readonly server: ScriptedServer }> {
  await using server = await scriptedServer(script);
  const tape = await cassette(file, { mode: "record", ...options });
  const result = await work(server, tape);
  await tape.end();
  return { result, server };
}

async function thrownBy<Thrown>(work: () => Promise<unknown>): Promise<Thrown> {
  try {
    await work();
  } catch (error) {
    return error as Thrown;
  }
  throw new Error("Nothing was thrown");
}

const stored = (): string => readFileSync(file, "utf8");

describe("a cassette", () => {
  test("answers without a network what was once answered, whatever the order", async () => {
    const script: ModelScript = ({ prompt, nth }) => `${prompt} ${nth}`;
    const { result, server } = await record(script, async (recording, tape) => {
      const client = clientOf(recording, tape);
      return [await say(client, "a"), await say(client, "b"), await say(client, "a")];
    });
    expect(result).toEqual(["a 1", "b 1", "a 2"]);
    const tape = await cassette(file);
    const client = clientOf(server, tape);
    expect([await say(client, "b"), await say(client, "a"), await say(client, "a")]).toEqual(["b 1", "a 1", "a 2"]);
    await tape.end();
  });

  test("answers equal requests side by side, each by another recording", async () => {
    const ask = async (server: ScriptedServer, tape: Cassette) => {
      const client = clientOf(server, tape);
      return Promise.all(Array.from({ length: 20 }, (_, index) => say(client, index < 10 ? "a" : "b")));
    };
    const { result, server } = await record(({ prompt, nth }) => `${prompt} ${nth}`, ask);
    const tape = await cassette(file);
    expect((await ask(server, tape)).toSorted()).toEqual(result.toSorted());
    await tape.end();
  });

  test("plays streams, errors and headers back as they came", async () => {
    const script: ModelScript = [{ text: ["Hel", "lo"] }, { status: 429, retryAfter: 7 }, { body: '{ "id": 1.0 }' }];
    const work = async ({ settings }: ScriptedServer, tape: Cassette) => {
      const model = createOpenAI({ ...settings, fetch: tape.fetch }).chat("m");
      const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Hello?" }] }];
      const { stream } = await model.doStream({ prompt });
      const parts: unknown[] = [];
      for await (const part of stream) parts.push(part);
      const failed = await thrownBy<{ statusCode: number; responseHeaders: object }>(async () =>
        model.doGenerate({ prompt }),
      );
      const { statusCode, responseHeaders } = failed;
      const broken = await thrownBy<Error & { responseBody: string }>(async () =>
        model.doGenerate({ prompt, seed: 1 }),
      );
      return { parts, statusCode, responseHeaders, message: broken.message };
    };
    const { result, server } = await record(script, work);
    expect(result.statusCode).toBe(429);
    const tape = await cassette(file);
    expect(await work(server, tape)).toEqual(result);
    await tape.end();
    expect(stored()).toContain('"{ \\"id\\": 1.0 }"');
  });

  test("works for other providers too", async () => {
    const work = async ({ settings }: ScriptedServer, tape: Cassette) => {
      const model = createAnthropic({ ...settings, apiKey: KEY, fetch: tape.fetch })("claude-sonnet-4-5");
      const { content } = await model.doGenerate({
        prompt: [{ role: "user", content: [{ type: "text", text: "a" }] }],
      });
      return content;
    };
    const { result, server } = await record(() => "Hello!", work);
    expect(stored()).not.toContain(KEY);
    const tape = await cassette(file);
    expect(await work(server, tape)).toEqual(result);
  });

  test("heeds an abort", async () => {
    const { server } = await record(
      () => "a",
      (recording, tape) => say(clientOf(recording, tape), "a"),
    );
    const tape = await cassette(file);
    const reason = new Error("enough");
    const url = `${server.url}/v1/chat/completions`;
    await expect(tape.fetch(url, { method: "POST", signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "a" }] });
    const response = await tape.fetch(url, { method: "POST", body, signal: controller.signal });
    controller.abort(reason);
    await expect(response.text()).rejects.toBe(reason);
  });
});

describe("a prompt that has changed", () => {
  const SYSTEM = ["You are a careful clerk.", "Answer in one word.", "Never guess.", "Be kind."];
  const ask = (client: OpenAI, system: readonly string[], temperature = 0) =>
    client.chat.completions.create({
      model: "m",
      temperature,
      messages: [
        { role: "system", content: system.join("\n") },
        { role: "user", content: "What is it?" },
      ],
    });

  test("fails, and shows what was recorded and what came, line by line", async () => {
    const { server } = await record(
      () => "Yes",
      async (recording, tape) => {
        const client = clientOf(recording, tape);
        await ask(client, SYSTEM);
        await say(client, "something else");
      },
    );
    const tape = await cassette(file);
    const changed = SYSTEM.with(1, "Answer in two words.");
    const thrown = await thrownBy<{ cause: CassetteMissError }>(() => ask(clientOf(server, tape), changed, 0.5));
    const error = thrown.cause;
    expect(error).toMatchObject({ code: "cassette_miss", recorded: 0, file });
    expect(error.message).toBe(
      [
        `${file} has no recording of this POST ${server.url}/v1/chat/completions. Most like it (- recorded, + came):`,
        "  …",
        "    body.messages[0].content:",
        "      | You are a careful clerk.",
        "  -   | Answer in one word.",
        "  +   | Answer in two words.",
        "      | Never guess.",
        "      | Be kind.",
        "  …",
        '    body.messages[1].role: "user"',
        '    body.model: "m"',
        "  - body.temperature: 0",
        "  + body.temperature: 0.5",
        "If that is meant, record it again: FLUJO_CASSETTE=record",
      ].join("\n"),
    );
    // Whoever asked may have swallowed it.
    await expect(tape.end()).rejects.toBe(error);
  });

  test("is shown in part where everything in it has changed", async () => {
    const lines = (word: string): string[] => Array.from({ length: 5_000 }, (_, index) => `${word} ${index}`);
    const { server } = await record(
      () => "Yes",
      (recording, tape) => ask(clientOf(recording, tape), lines("old")),
    );
    const client = clientOf(server, await cassette(file));
    const { cause } = await thrownBy<{ cause: Error }>(() => ask(client, lines("new")));
    expect(cause.message).toContain("  -   | old 0\n  -   | old 1\n");
    expect(cause.message).toMatch(/and \d+ lines more\nIf that is meant/);
    expect(cause.message.split("\n").length).toBeLessThan(100);
  });

  test("fails, too, where it comes more often than it was recorded", async () => {
    const { server } = await record(
      () => "a",
      (recording, tape) => say(clientOf(recording, tape), "a"),
    );
    const tape = await cassette(file);
    const client = clientOf(server, tape);
    await say(client, "a");
    const { cause } = await thrownBy<{ cause: Error }>(() => say(client, "a"));
    expect(cause.message).toContain("recorded once, and it came once more");
  });

  test("says of an empty cassette that there is nothing like it", async () => {
    const { server } = await record(
      () => "a",
      async () => undefined,
    );
    const { cause } = await thrownBy<{ cause: Error }>(async () => say(clientOf(server, await cassette(file)), "a"));
    expect(cause.message).toContain("nor of anything like it");
  });
});

describe("recordings that nobody asks for", () => {
  test("are reported at the end", async () => {
    const { server } = await record(
      () => "ok",
      async (recording, tape) => {
        for (const text of ["used", "one\nunused", "two", "two"]) await say(clientOf(recording, tape), text);
      },
    );
    const tape = await cassette(file);
    await say(clientOf(server, tape), "used");
    await say(clientOf(server, tape), "two");
    const error = await thrownBy<UnusedRecordingsError>(() => tape.end());
    expect(error).toBeInstanceOf(UnusedRecordingsError);
    expect(error.unused).toHaveLength(2);
    expect(error.message).toContain("  | unused");
    expect(error.message).not.toContain('"used"');
  });
});

describe("the file", () => {
  const ask = async (server: ScriptedServer, tape: Cassette, texts = "abcdef") => {
    const client = clientOf(server, tape);
    await Promise.all([...texts].map((text) => say(client, text)));
  };

  test("has neither the key nor what else is secret", async () => {
    const script: ModelScript = ({ prompt }) => `You said: ${prompt}`;
    await record(
      script,
      async (server, tape) => {
        await say(clientOf(server, tape), `My key is ${KEY}, my card 4111-1111, my name Ada.`);
        await tape.fetch(`${server.url}/v1/models?key=in-the-query-0123456789&api_key=short&page=2`, {
          headers: { cookie: "session=crumbs-of-it", "x-goog-api-key": "goog-0123456789" },
        });
      },
      { secrets: [/\d{4}-\d{4}/, "Ada"] },
    );
    const text = stored();
    for (const secret of [KEY, "4111", "Ada", "in-the-query-", "=short", "crumbs", "goog-"])
      expect(text).not.toContain(secret);
    expect(text).toContain("You said: My key is [secret], my card [secret], my name [secret].");
    expect(text).toContain("/v1/models?key=[secret]&api_key=[secret]&page=2");
    expect(text.toLowerCase()).not.toMatch(/authorization|set-cookie|user-agent/);
  });

  test("is answered from with another key", async () => {
    const work =
      (apiKey: string) =>
      async ({ settings }: ScriptedServer, { fetch }: Cassette) =>
        say(new OpenAI({ ...settings, apiKey, maxRetries: 0, fetch }), `I am ${apiKey}`);
    const { result, server } = await record(() => "ok", work(KEY));
    expect(await work("sk-another-one-987654")(server, await cassette(file))).toBe(result);
  });

  test("is the same whatever the order of the requests, and ends with its line", async () => {
    const times: string[] = [];
    await using server = await scriptedServer(({ prompt }) => `${prompt}!`);
    for (const texts of ["abcdefaa", "faedabca"]) {
      const tape = await cassette(file, { mode: "record" });
      server.clear();
      await ask(server, tape, texts);
      await tape.end();
      times.push(stored());
    }
    expect(times[1]).toBe(times[0]);
    expect(times[0]?.endsWith("}\n")).toBe(true);
    expect(readdirSync(join(folder, "deep/er"))).toEqual(["answers.json"]);
  });

  test("has files by their hash, in JSON, as bytes and in forms", async () => {
    await using server = await scriptedServer(() => "ok");
    const picture = Buffer.alloc(3_000, 7);
    const post = (tape: Cassette, body: BodyInit) => tape.fetch(`${server.url}/v1/files`, { method: "POST", body });
    const form = (): FormData => {
      const parts = new FormData();
      parts.set("purpose", "vision");
      parts.set("file", new Blob([picture], { type: "image/png" }), "a.png");
      return parts;
    };
    const all = async (tape: Cassette): Promise<void> => {
      await post(tape, JSON.stringify({ image: `data:image/png;base64,${picture.toString("base64")}` }));
      await post(tape, JSON.stringify({ raw: picture.toString("base64") }));
      await post(tape, Buffer.from([0xff, 0xfe, 0x00]));
      await post(tape, form());
    };
    const tape = await cassette(file, { mode: "record" });
    await all(tape);
    await tape.end();
    expect(stored().match(/\[3000 bytes, sha256 [0-9a-f]{64}\]/g)).toHaveLength(3);
    expect(stored()).toContain("[3 bytes, sha256 ");
    expect(stored().length).toBeLessThan(6_000);
    const replay = await cassette(file);
    await all(replay);
    await replay.end();
    picture.fill(8);
    await expect(all(await cassette(file))).rejects.toMatchObject({ code: "cassette_miss" });
  });

  test("is not touched by a test that fails before its end, or by answers that never came", async () => {
    await using server = await scriptedServer(() => "ok");
    const tape = await cassette(file, { mode: "record" });
    await say(clientOf(server, tape), "a");
    expect(readdirSync(folder)).toEqual([]);
    const lost = await cassette(file, {
      mode: "record",
      fetch: async () => Promise.reject(new TypeError("fetch failed")),
    });
    await expect(say(clientOf(server, lost), "a")).rejects.toThrow();
    await lost.end();
    expect(JSON.parse(stored())).toEqual({ format: "flujo-cassette", version: 1, recordings: [] });
  });

  test.each([
    ["no JSON", "{", "is no JSON"],
    ["of another kind", "[]", "is no cassette of version 1"],
    ["of another version", '{"format":"flujo-cassette","version":2,"recordings":[]}', "is no cassette of version 1"],
  ])("is refused if it is %s", async (_, text, message) => {
    file = join(folder, "bad.json");
    writeFileSync(file, text);
    await expect(cassette(file)).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringContaining(message),
    });
  });
});

describe("the mode", () => {
  test("is to replay, and a file that is missing is an error that says how to record", async () => {
    await expect(cassette(file)).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringContaining("FLUJO_CASSETTE=record"),
    });
  });

  test("is what the environment says, and nothing else", async () => {
    vi.stubEnv("FLUJO_CASSETTE", "record");
    expect((await cassette(file)).mode).toBe("record");
    expect((await cassette(file, { mode: "auto" })).mode).toBe("auto");
    vi.stubEnv("FLUJO_CASSETTE", "yes");
    await expect(cassette(file)).rejects.toThrow(
      'options.mode must be one of "replay", "record", "auto", but is "yes"',
    );
  });

  test("auto adds what is missing, and goes out for nothing else", async () => {
    const { server: before } = await record(
      ({ prompt }) => prompt,
      (server, tape) => say(clientOf(server, tape), "a"),
    );
    const first = stored();
    let out = 0;
    const elsewhere: typeof fetch = async () => {
      out++;
      return Response.json({ choices: [{ index: 0, message: { role: "assistant", content: "new" } }] });
    };
    const tape = await cassette(file, { mode: "auto", fetch: elsewhere });
    const client = clientOf(before, tape);
    expect([await say(client, "a"), await say(client, "b"), await say(client, "a")]).toEqual(["a", "new", "new"]);
    await tape.end();
    expect(out).toBe(2);
    const replay = await cassette(file);
    const again = clientOf(before, replay);
    expect([await say(again, "b"), await say(again, "a"), await say(again, "a")]).toEqual(["new", "a", "new"]);
    await replay.end();
    expect(stored().length).toBeGreaterThan(first.length);
    const idle = await cassette(file, { mode: "auto" });
    const unchanged = stored();
    await idle.end();
    expect(stored()).toBe(unchanged);
  });

  test("record forgets what was", async () => {
    for (const text of ["old", "new"]) {
      await record(
        ({ prompt }) => prompt,
        (server, tape) => say(clientOf(server, tape), text),
      );
    }
    expect(stored()).toContain('"new"');
    expect(stored()).not.toContain('"old"');
  });

  test.each([
    ["an option of another name", { file: "a" }, "options.file"],
    ["an empty secret", { secrets: [""] }, "options.secrets"],
  ])("refuses %s", async (_, options, message) => {
    await expect(cassette(file, { mode: "record", ...options } as CassetteOptions)).rejects.toThrow(message);
  });
});
