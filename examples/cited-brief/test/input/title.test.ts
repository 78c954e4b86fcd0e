import { expect, it } from "vitest";
import { titleOf } from "../../src/input/title.ts";

it.each([
  ["its first heading", "\n# On Water #\n\ntext", "On Water"],
  ["both headings, if they follow each other", "# Council\n\n## Minutes of March\n\ntext", "Council: Minutes of March"],
  ["a heading in capitals, in ordinary letters", "THE TRADERS OF THE BAY\n\nDear all", "The Traders of the Bay"],
  ["its first line, where there is no heading", "\nA few words on mud\n\ntext", "A few words on mud"],
  ["its file, where the first line is long", `${"word ".repeat(40)}\n`, "file.md"],
])("takes for a document's title %s", (_, text, title) => {
  expect(titleOf(text, "file.md")).toBe(title);
});
