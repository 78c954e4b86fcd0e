import { type InputOf, type OutputOf, pipeline, step } from "@flujo/dsl";

interface Draft {
  readonly title: string;
  readonly sections: readonly { readonly heading: string; readonly words: number }[];
}

const words = step("words", (text: string) => text.split(" "));
const count = step("count", (list: readonly string[]) => list.length);
const double = step("double", (n: number) => n * 2);
const write = step("write", (title: string) => ({ title, sections: [{ heading: title, words: "many" }] }));
const publish = step("publish", (draft: Draft) => draft.title);
const maybe = step("maybe", (n: number): number | undefined => (n > 0 ? n : undefined));

// mistake: a step that can't take what is given
// says: `string[]` `number`
words.pipe(/* here */ double);

// mistake: a step that takes an object with a deep difference
// says: `Draft`
write.pipe(/* here */ publish);

// mistake: a step that takes an object with properties that are not given
// says: `number` `Draft`
double.pipe(/* here */ publish);

// mistake: a step that can't take undefined
// says: `number | undefined`
maybe.pipe(/* here */ double);

// mistake: an inline step that can't take what is given
// says: `string[]` `number`
words.pipe(/* here */ step("double", (n: number) => n * 2));

// mistake: an inline step that uses its input for what it is not
// says: `toFixed` `string[]`
words.pipe(step("fixed", (list) => list./* here */ toFixed()));

// mistake: a function where a step is wanted
// says: `Step<string[]`
words.pipe(/* here */ (list: string[]) => list.length);

// mistake: a wrong link late in a chain
// says: `number` `readonly string[]`
words.pipe(count).pipe(double).pipe(/* here */ count);

// mistake: a wrong link of two chains
// says: `string[]` `number`
words.pipe(/* here */ double.pipe(double));

// mistake: a pipeline whose second step can't follow its first
// says: `string[]` `number`
pipeline("wrong", words, /* here */ double);

// mistake: a pipeline whose last step can't follow
// says: `number` `readonly string[]`
pipeline("wrong", words, count, double, /* here */ count);

// mistake: a pipeline with a deep difference
// says: `Draft`
pipeline("wrong", write, /* here */ publish);

// mistake: a pipeline without steps
// says: `Expected 2 arguments`
/* here */ pipeline("empty");

// mistake: a pipeline without a name
// says: `string`
pipeline(/* here */ words, count);

// mistake: a value that is not the input of its type
// says: `number` `string`
export const /* here */ input: InputOf<typeof words> = 1;

// mistake: an output of another type
// says: `string` `number`
export const /* here */ output: OutputOf<typeof count> = "1";

// mistake: the input of what is no step
// says: `AnyStep`
export type Wrong = InputOf</* here */ string>;

// mistake: the output of what is no step
// says: `AnyStep`
export type WrongOutput = OutputOf</* here */ () => string>;
