/** A chain of steps whose types differ from one to the next, so that no link can be answered from the last. */
export function chainSource(length: number): string {
  const [first, ...rest] = Array.from({ length }, (_, index) => stepSource(`v${index}`, index, index + 1));
  return `import { step } from "@flujo/dsl";
export const chain = ${first}
${rest.map((next) => `  .pipe(${next})`).join("\n")};
`;
}

/** Branches that each give something else, and a step that takes what they give together. */
export function parallelSource(branches: number): string {
  const rows = Array.from({ length: branches }, (_, index) => `  b${index}: ${stepSource("text", 0, index)},`);
  return `import { parallel, step } from "@flujo/dsl";
export const fan = parallel("fan", {
${rows.join("\n")}
}).pipe(step("last", (all) => all.b${branches - 1}.v${branches - 1}));
`;
}

function stepSource(input: string, takes: number, gives: number): string {
  const [from, to] = [`{ ${input}: ${takes} }`, `{ v${gives}: ${gives} }`];
  return `step("s${gives}", async (_: ${from}): Promise<${to}> => (${to}))`;
}
