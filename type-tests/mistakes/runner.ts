import { Flujo } from "@flujo/core";
import { step, steps } from "@flujo/dsl";

const count = step("count", (text: string) => text.length);
const remember = steps<{ seen: string[] }>().step("remember", (text: string) => text);

// mistake: a runner without the context that its steps need
// says: `Expected 2 arguments`
/* here */ new Flujo(remember);

// mistake: a runner with options but no context
// says: `context`
new Flujo(remember, /* here */ {});

// mistake: a runner with a context of another type
// says: `number` `string`
new Flujo(remember, { context: { seen: [/* here */ 1] } });

// mistake: a context without what a step needs
// says: `seen`
new Flujo(remember, { /* here */ context: {} });

// mistake: a runner of what is no step
// says: `Step<`
new Flujo(/* here */ (text: string) => text.length);

// mistake: a run on an input of another type
// says: `number` `string`
void new Flujo(count).run(/* here */ 1);

// mistake: the output of a run that may have failed
// says: `output`
(await new Flujo(count).run("x"))./* here */ output;
