import { expect, test } from "vitest";
import { modulesOf } from "../snippets/modules.ts";

const markdown = `# Title
\`\`\`ts
const a = 1;
\`\`\`
text
\`\`\`ts continue
a.toFixed();
\`\`\`
\`\`\`ts ignore is not code
...
\`\`\`
\`\`\`ts run
const b = 2;
\`\`\`
`;

test("keeps each line of code on its line of the page, continued snippets in one module", () => {
  expect(modulesOf(markdown)).toEqual([
    { run: false, source: "\n\nconst a = 1;\n\n\n\na.toFixed();\n" },
    { run: true, source: `${"\n".repeat(12)}const b = 2;\n` },
  ]);
});

test("runs a module when the snippet that opens it asks for it", () => {
  const [module] = modulesOf("```ts run\nconst a = 1;\n```\n```ts continue\na;\n```\n");
  expect(module).toEqual({ run: true, source: "\nconst a = 1;\n\n\na;\n" });
});
