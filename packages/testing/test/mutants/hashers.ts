import { Blake3Hasher } from "@flujo/core";
import type { Hasher } from "@flujo/core/protocols";

/** What `abc` has for its digest. */
export const KNOWN = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";

/** Hashers that each break one promise, by the title (in part) of a test that has to notice. */
export const HASHERS: Readonly<Record<string, new () => Hasher>> = {
  "the same digest each time": class extends Blake3Hasher {
    #before = "";

    override async digest(text: string): Promise<string> {
      const digest = await super.digest(this.#before + text);
      this.#before = text;
      return digest;
    }
  },

  "that another hasher of its kind gives": class extends Blake3Hasher {
    readonly #salt = crypto.randomUUID();

    override digest(text: string): Promise<string> {
      return super.digest(this.#salt + text);
    }
  },

  "the digest that is known of it": class extends Blake3Hasher {
    override async digest(text: string): Promise<string> {
      return (await super.digest(text)).toUpperCase();
    }
  },

  "gives each text a digest of its own": class extends Blake3Hasher {
    override digest(text: string): Promise<string> {
      return super.digest(text.normalize());
    }
  },

  "tells long texts apart by any one character": class extends Blake3Hasher {
    override digest(text: string): Promise<string> {
      return super.digest(text.slice(0, 65_536));
    }
  },

  "tells texts apart that are no valid Unicode": class extends Blake3Hasher {
    override digest(text: string): Promise<string> {
      return super.digest(Buffer.from(text).toString());
    }
  },

  "of one length": class extends Blake3Hasher {
    override async digest(text: string): Promise<string> {
      return BigInt(`0x${await super.digest(text)}`).toString(36);
    }
  },

  "that can be printed": class extends Blake3Hasher {
    override async digest(text: string): Promise<string> {
      return Buffer.from(await super.digest(text), "hex").toString("latin1");
    }
  },

  "is not confused by many texts at the same time": class extends Blake3Hasher {
    #text = "";

    override async digest(text: string): Promise<string> {
      this.#text = text;
      await Promise.resolve();
      return super.digest(this.#text);
    }
  },
};
