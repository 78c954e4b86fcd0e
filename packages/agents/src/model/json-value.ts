/** What JSON can hold. An `undefined` property is left out when it is written. */
export type JsonValue = null | string | number | boolean | Readonly<JsonObject> | readonly JsonValue[];

export type JsonObject = { [key: string]: JsonValue | undefined };

/** Options for one provider each, under its name: `{ openai: { reasoningEffort: "low" } }`. */
export type ProviderOptions = Record<string, JsonObject>;
