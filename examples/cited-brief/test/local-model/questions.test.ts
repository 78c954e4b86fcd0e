import { expect, it } from "vitest";
import { questionsIn } from "../../src/local-model/questions.ts";

it("prefers questions that are listed as open to turns of speech", () => {
  const text = `# Essay

What would I write if I did? Who will survey the new levels after the work?

## Questions left open

1. Who will own the embankment?

- Whether the marsh will grow.
`;
  expect(questionsIn(text, 2)).toEqual(["Who will own the embankment?", "Whether the marsh will grow."]);
  expect(questionsIn(text, 9)).toContain("Who will survey the new levels after the work?");
  expect(questionsIn(text, 9)).not.toContain("What would I write if I did?");
});
