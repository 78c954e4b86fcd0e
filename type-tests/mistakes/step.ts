import { step } from "@flujo/dsl";
import { z } from "zod";

const text = step("text", (n: number) => String(n));

// mistake: a step without a function
// says: `run`
step(/* here */ { name: "words" });

// mistake: a name that is no text
// says: `number` `string`
step(/* here */ 1, (text: string) => text);

// mistake: a function that takes more than an input and a scope
// says: `Target signature provides too few arguments`
step("words", /* here */ (text: string, _scope: unknown, more: number) => text.length + more);

// mistake: an object whose run gives what its schema does not take
// says: `string` `number`
step({ name: "words", input: z.string(), output: z.number(), run: (text) => /* here */ text });

// mistake: a schema that is none
// says: `type` `StandardSchema`
step({ name: "words", input: { /* here */ type: "string" }, run: (text: string) => text });

// mistake: an option that does not exist
// says: `retries`
step({ name: "words", /* here */ retries: 3, run: (text: string) => text });

// mistake: a field of the scope that does not exist
// says: `contxt`
step("words", (_: string, { /* here */ contxt }) => contxt);

// mistake: a retry policy with an option that does not exist
// says: `attempts`
text.withRetry({ /* here */ attempts: 3 });

// mistake: a retry policy with a value of another kind
// says: `"some"` `"full"` `"none"`
text.withRetry({ /* here */ jitter: "some" });

// mistake: a time that is no number
// says: `string` `number`
text.withTimeout(/* here */ "5s");

// mistake: a fallback that takes another input
// says: `Step<string, string, unknown>` `WrongLink<number, string>`
text.withFallback(/* here */ step("other", (text: string) => text));

// mistake: a fallback that gives something else
// says: `Step<number, number, unknown>` `Step<number, string, unknown>`
text.withFallback(/* here */ step("other", (n: number) => n));

// mistake: a fallback value of another type
// says: `number` `string`
text.withFallbackValue(/* here */ 1);

// mistake: a change of a step that has been made
// says: `name` `read-only`
text./* here */ name = "other";

// mistake: a cache policy with an option that does not exist
// says: `ttl`
text.withCache({ /* here */ ttl: 3 });

// mistake: a cache policy with a life of another kind
// says: `string` `number`
text.withCache({ /* here */ ttlMs: "3" });
