import { TaggedJsonSerializer } from "@flujo/core";
import { SerializationError, type Serializer } from "@flujo/core/protocols";

/** Text with a tag that this serializer has not. */
export const FOREIGN = `{"$flujo":"Function","value":"1"}`;

/** Writes a value as if it were another. */
function writing(instead: (value: unknown) => unknown): new () => Serializer {
  return class extends TaggedJsonSerializer {
    override stringify(value: unknown): string {
      return super.stringify(instead(value));
    }
  };
}

/** Gives another value than the one that was read. */
function reading(instead: (value: unknown) => unknown): new () => Serializer {
  return class extends TaggedJsonSerializer {
    override parse(text: string): unknown {
      return instead(super.parse(text));
    }
  };
}

/** Throws something else than the refusal. */
function refusing(instead: (refusal: SerializationError) => unknown): new () => Serializer {
  return class extends TaggedJsonSerializer {
    override stringify(value: unknown): string {
      try {
        return super.stringify(value);
      } catch (refusal) {
        throw instead(refusal as SerializationError);
      }
    }
  };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Serializers that each break one promise, by the title (in part) of a test that has to notice. */
export const SERIALIZERS: Readonly<Record<string, new () => Serializer>> = {
  "brings back undefined": writing((value) => value ?? null),

  "brings back -0": writing((value) => (value === 0 ? 0 : value)),

  "an object whose keys are not sorted": writing((value) =>
    isPlain(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  ),

  "brings back an invalid Date": reading((value) =>
    value instanceof Date ? new Date(Number.isNaN(value.getTime()) ? 0 : value) : value,
  ),

  "a Uint8Array that shows a part of its buffer": writing((value) =>
    value instanceof Uint8Array ? new Uint8Array(value.buffer) : value,
  ),

  "an error whose cause is undefined": reading((value) => {
    if (value instanceof Error && value.cause === undefined) delete value.cause;
    return value;
  }),

  "an error with properties": reading((value) => {
    if (value instanceof Error) Reflect.deleteProperty(value, "status");
    return value;
  }),

  "an AggregateError": reading((value) =>
    value instanceof AggregateError
      ? Object.assign(new AggregateError([], value.message), { stack: value.stack })
      : value,
  ),

  "every value below a hostile key": reading((value) => {
    if (!isPlain(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) copy[key] = item;
    return copy;
  }),

  "every value as the key of a Map": reading((value) =>
    value instanceof Map ? new Map([...value].map(([key, item]) => [String(key), item])) : value,
  ),

  "objects that look like what it writes": class extends TaggedJsonSerializer {
    override stringify(value: unknown): string {
      return isPlain(value) && "$flujo" in value ? JSON.stringify(value) : super.stringify(value);
    }
  },

  "Maps and Sets of a context": writing((value) => {
    const [first] = Array.isArray(value) ? value : [];
    if (first instanceof Map && Object.keys(first).length > 0)
      throw new SerializationError("value[0].set", "a function");
    return value;
  }),

  "errors of ours with their code": reading((value) => {
    const error = isPlain(value) ? value["error"] : undefined;
    return error instanceof Error ? { error: new Error(error.message, { cause: error.cause }) } : value;
  }),

  "values of every type in each other": reading((value) =>
    value instanceof Set ? new Set([...value].reverse()) : value,
  ),

  "values that nobody else has": class extends TaggedJsonSerializer {
    readonly #read = new Map<string, unknown>();

    override parse(text: string): unknown {
      if (!this.#read.has(text)) this.#read.set(text, super.parse(text));
      return this.#read.get(text);
    }
  },

  "the same text each time": class extends TaggedJsonSerializer {
    #written = 0;

    override stringify(value: unknown): string {
      return super.stringify(value) + " ".repeat(this.#written++ % 2);
    }
  },

  "the same text by a compiled schema": class extends TaggedJsonSerializer implements Serializer {
    compile(): (value: unknown) => string {
      return (value) => JSON.stringify(value) ?? "null";
    }
  },

  "text that every store can hold": class extends TaggedJsonSerializer {
    override stringify(value: unknown): string {
      return super
        .stringify(value)
        .replace(/\\u(d[89a-f]..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    }
  },

  "what it is given without changing it": class extends TaggedJsonSerializer {
    override stringify(value: unknown): string {
      const text = super.stringify(value);
      if (value instanceof Set) value.clear();
      return text;
    }
  },

  "an object with a toJSON of its own": writing((value) =>
    isPlain(value) && typeof value["toJSON"] === "function" ? value["toJSON"]() : value,
  ),

  "a function, wherever it is": writing((value) => (typeof value === "function" ? null : value)),

  "an object that can't be read": refusing((refusal) => refusal.cause ?? refusal),

  "naming where it is: an item": refusing(
    ({ property, why }) => new SerializationError(property.replaceAll(/\[\d+\]/g, "[]"), why),
  ),

  "naming where it is: the first of two": refusing(
    ({ property, why }) => new SerializationError(property.replace("bad", "worse"), why),
  ),

  "an array with a hole, if": writing((value) => (Array.isArray(value) ? Array.from(value) : value)),

  "an array with properties, if": writing((value) => (Array.isArray(value) ? value.slice() : value)),

  "an instance of a class, if": writing((value) =>
    typeof value === "object" && value?.constructor.name === "Point" ? { ...value } : value,
  ),

  "what passes for a Date, if": refusing((refusal) => (refusal.cause instanceof TypeError ? refusal.cause : refusal)),

  "cycles of every kind": class extends TaggedJsonSerializer {
    override stringify(value: unknown): string {
      try {
        return super.stringify(value);
      } catch (refusal) {
        if (value instanceof Map && (refusal as SerializationError).why === "it contains itself") return "null";
        throw refusal;
      }
    }
  },

  "what is nested too deep for it": refusing((refusal) =>
    refusal.cause instanceof RangeError ? refusal.cause : refusal,
  ),

  "text that nobody wrote": class extends TaggedJsonSerializer {
    override parse(text: string): unknown {
      return text.trim() === "" ? undefined : super.parse(text);
    }
  },

  "text that was cut off": class extends TaggedJsonSerializer {
    override parse(text: string): unknown {
      try {
        return super.parse(text);
      } catch {
        return super.parse(`${text}}`);
      }
    }
  },

  "text that only looks like its own": class extends TaggedJsonSerializer {
    override parse(text: string): unknown {
      try {
        return super.parse(text);
      } catch (refusal) {
        if (text.includes("Function")) return JSON.parse(text);
        throw refusal;
      }
    }
  },

  // The last one, since what it does to the prototype stays.
  "never touches a prototype": reading((value) => {
    if (isPlain(value))
      Object.assign((value.constructor as { prototype?: object }).prototype ?? {}, { polluted: true });
    return value;
  }),
};
