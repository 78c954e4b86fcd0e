import type { IHasher } from "hash-wasm";
import type { Hasher } from "../protocols/hasher.ts";

/** BLAKE3, 256 bits, by `hash-wasm`; SHA-256 by Node where that is not installed. In hexadecimal. */
export class Blake3Hasher implements Hasher {
  #ready: Promise<(text: string) => string> | undefined;

  async digest(text: string): Promise<string> {
    this.#ready ??= loadBlake3().catch(loadSha256);
    return (await this.#ready)(text);
  }
}

async function loadBlake3(): Promise<(text: string) => string> {
  const { createBLAKE3 } = await import("hash-wasm");
  const hasher: IHasher = await createBLAKE3();
  return (text) => hasher.init().update(bytesOf(text)).digest("hex");
}

async function loadSha256(): Promise<(text: string) => string> {
  const { createHash } = await import("node:crypto");
  return (text) => createHash("sha256").update(bytesOf(text)).digest("hex");
}

/**
 * `text` itself, which hashers take as UTF-8. UTF-8 has no half of a surrogate pair and would make one of all such
 * texts: those are taken as UTF-16, after a byte that UTF-8 has not.
 */
function bytesOf(text: string): string | Uint8Array {
  return /\p{Surrogate}/u.test(text) ? Buffer.concat([Uint8Array.of(0xff), Buffer.from(text, "utf16le")]) : text;
}
