import { step, steps } from "@flujo/dsl";

const text = step("text", (n: number) => String(n));
const words = step("words", (text: string) => text.split(" "));
const echo = step("echo", (text: string) => text);
const s = steps<{ readonly user: string }>();

// mistake: a budget with a limit that does not exist
// says: `costEur` `BudgetPolicy`
text.withBudget({ /* here */ costEur: 1 });

// mistake: a budget of another kind
// says: `string` `number`
text.withBudget({ /* here */ costUsd: "1" });

// mistake: an estimate by a function that takes its input for something else
// says: `length` `number`
text.withEstimate((n) => ({ totalTokens: n./* here */ length }));

// mistake: an estimate by a function that reads what is not in the context
// says: `role`
s.step("text", (n: number) => n).withEstimate((_, context) => ({ totalTokens: context./* here */ role.length }));

// mistake: a limit that does not exist
// says: `rpm` `LimitsPolicy`
text.withLimits({ /* here */ rpm: 60 });

// mistake: a circuit breaker that is switched on
// says: `true` `CircuitBreakerPolicy`
text.withCircuitBreaker(/* here */ true);

// mistake: a circuit breaker with an option that does not exist
// says: `threshold` `CircuitBreakerPolicy`
text.withCircuitBreaker({ /* here */ threshold: 5 });

// mistake: a prompt processor that takes a prompt for something else
// says: `trim` `number`
text.withProcessors({ prompt: (n) => n./* here */ trim() });

// mistake: a prompt processor that makes something else of it
// says: `string` `number`
text.withProcessors({ prompt: [(n) => /* here */ String(n)] });

// mistake: an output processor that makes something else of it
// says: `number` `string`
text.withProcessors({ output: [(given) => /* here */ given.length] });

// mistake: processors for a side that does not exist
// says: `input`
text.withProcessors({ /* here */ input: (n: number) => n });

// mistake: a validator that takes an output for something else
// says: `toFixed` `string`
text.withValidators({ name: "low", validate: (given) => given./* here */ toFixed() === "1" });

// mistake: a validator that says a number
// says: `number` `ValidatorVerdict`
text.withValidators({ name: "low", validate: (given) => /* here */ given.length });

// mistake: a value for a step left out that it can't give
// says: `number` `string`
text.asOptional(/* here */ 1);

// mistake: a declared redirect to a step that can't take what the step is given
// says: `string` `number`
text.withPlugins({ name: "p", redirects: [/* here */ echo], validate: () => ({ success: true }) });

// mistake: a declared redirect to a step that gives something else
// says: `string[]` `string`
words.withPlugins({
  name: "p",
  redirects: [/* here */ step("twice", (t: string) => t + t)],
  validate: () => ({ success: true }),
});

// mistake: a declared redirect to what is no step
// says: `Step`
text.withPlugins({ name: "p", redirects: [/* here */ (n: number) => String(n)], validate: () => ({ success: true }) });

// mistake: a resource that has no name
// says: `number` `string`
step({ name: "call", /* here */ resource: 7, run: (n: number) => n });
