import { InvalidOptionError } from "@flujo/core/protocols";
import { checkKeys } from "@flujo/dsl";
import { checkChoice } from "../script/check-option.ts";
import { readTakes, writeTakes } from "./cassette-file.ts";
import { CassetteMissError } from "./cassette-miss-error.ts";
import { nearest } from "./nearest-recording.ts";
import { type RecordedRequest, recordedRequest, requestKey } from "./recorded-request.ts";
import { recordedResponse, replayed } from "./recorded-response.ts";
import type { Take } from "./recording.ts";
import { secretsIn } from "./strip-secrets.ts";
import { UnusedRecordingsError } from "./unused-recordings-error.ts";

/**
 * `replay`: everything comes from the file, nothing goes out. `record`: everything goes out, and the file is written anew. `auto`: what
 * the file has comes from it, the rest goes out and is added.
 */
export type CassetteMode = "replay" | "record" | "auto";

export interface CassetteOptions {
  /** Default: what the environment variable `FLUJO_CASSETTE` says, and where it says nothing `replay`. */
  readonly mode?: CassetteMode;
  /** What must not get into the file, beside what clients send as keys: each text, and whatever matches an expression. */
  readonly secrets?: readonly (string | RegExp)[];
  /** By which requests go out. Default: the global one, as it is then. */
  readonly fetch?: typeof fetch;
}

/** A `fetch` that answers from a file what was once answered for real. */
export class Cassette {
  readonly file: string;
  readonly mode: CassetteMode;
  readonly #secrets: readonly (string | RegExp)[];
  readonly #goOut: typeof fetch;
  /** By the content of a request, what the file has of it, in order. */
  readonly #recorded: ReadonlyMap<string, readonly Take[]>;
  readonly #added: Take[] = [];
  /** By the content of a request, how often it came. */
  readonly #asked = new Map<string, number>();
  readonly #misses: CassetteMissError[] = [];

  /** Bound, to be a provider's `fetch`. */
  readonly fetch: typeof fetch = async (input, init) => {
    const asked = new Request(input, init);
    asked.signal.throwIfAborted();
    const secrets = [...this.#secrets, ...secretsIn(asked)];
    const body = new Uint8Array(await asked.clone().arrayBuffer());
    const request = await recordedRequest(asked, secrets);
    const key = requestKey(request);
    // From here to the answer's choice nothing is waited for: each of many equal requests has its own.
    const nth = this.#asked.get(key) ?? 0;
    this.#asked.set(key, nth + 1);
    const take = this.#recorded.get(key)?.[nth];
    if (take !== undefined) return replayed(take.recording.response, asked.signal);
    if (this.mode === "replay") throw this.#miss(request, key);
    const { method, url, headers, signal, redirect } = asked;
    const sent = body.length === 0 ? {} : { body };
    // What else a client says, such as the proxy that it goes through, is its own affair.
    const answer = await this.#goOut(url, { ...init, method, headers, signal, redirect, ...sent });
    const response = await recordedResponse(answer, secrets);
    this.#added.push({ key, nth, recording: { request, response } });
    return replayed(response, signal);
  };

  private constructor(file: string, takes: readonly Take[], options: Required<CassetteOptions>) {
    this.file = file;
    this.mode = options.mode;
    this.#secrets = options.secrets;
    this.#goOut = options.fetch;
    const recorded = new Map<string, Take[]>();
    for (const take of takes) {
      const equal = recorded.get(take.key);
      if (equal === undefined) recorded.set(take.key, [take]);
      else equal.push(take);
    }
    this.#recorded = recorded;
  }

  /**
   * @throws ConfigurationError if there is no file where one is needed, or it can't be read
   * @throws {@link InvalidOptionError} if an option makes no sense
   */
  static async open(file: string, options: CassetteOptions = {}): Promise<Cassette> {
    checkKeys("options", options, ["mode", "secrets", "fetch"]);
    const { mode = process.env["FLUJO_CASSETTE"] ?? "replay", secrets = [], fetch: goOut } = options;
    const checked = checkChoice("options.mode", mode, ["replay", "record", "auto"] as const);
    if (secrets.includes("")) throw new InvalidOptionError("options.secrets", "", "texts that are not empty");
    const takes = checked === "record" ? [] : await readTakes(file, checked === "replay");
    return new Cassette(file, takes, {
      mode: checked,
      secrets,
      fetch: goOut ?? ((...asked) => globalThis.fetch(...asked)),
    });
  }

  /**
   * To be called at the end of a test that went well: writes what was recorded, and says what is left over.
   *
   * The file is replaced as a whole or not at all. Of a test that fails before, nothing is recorded.
   *
   * @throws {@link CassetteMissError} the first, if there was a request of which there is no recording
   * @throws {@link UnusedRecordingsError} in `replay`, if there are recordings that were not asked for
   */
  async end(): Promise<void> {
    const [miss] = this.#misses;
    if (miss !== undefined) throw miss;
    if (this.mode === "replay") {
      const unused = this.#unused();
      if (unused.length > 0) throw new UnusedRecordingsError(this.file, unused);
    } else if (this.#added.length > 0 || this.mode === "record") {
      await writeTakes(this.file, [...this.#takes(), ...this.#added]);
    }
  }

  #takes(): readonly Take[] {
    return [...this.#recorded.values()].flat();
  }

  #unused(): readonly RecordedRequest[] {
    const unused = this.#takes().filter(({ key, nth }) => nth >= (this.#asked.get(key) ?? 0));
    return unused.map(({ recording }) => recording.request);
  }

  #miss(request: RecordedRequest, key: string): CassetteMissError {
    const times = this.#recorded.get(key)?.length ?? 0;
    const recorded = this.#takes().map(({ recording }) => recording.request);
    const error = new CassetteMissError(this.file, request, times, times > 0 ? undefined : nearest(request, recorded));
    this.#misses.push(error);
    return error;
  }
}

/**
 * Opens a recording of what a provider answered, for any client that takes a `fetch`: each of the AI SDK's providers, and the official ones.
 *
 * A request is answered by the recording of the same request: method, URL and body, whatever its headers. In which order they come is all
 * the same; each recording answers once.
 *
 * @param file - JSON, to be kept beside the test
 */
export function cassette(file: string, options?: CassetteOptions): Promise<Cassette> {
  return Cassette.open(file, options);
}
