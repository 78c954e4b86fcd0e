import { expect, it } from "vitest";
import { keyTermsIn } from "../../src/local-model/key-terms.ts";

it("prefers longer terms to the words in them, and counts plural and singular as one", () => {
  const text =
    "The salt marsh grows. A salt marsh drinks water. Salt marshes are flat. Walls are flat. The wall, walls and a wall.";
  expect(keyTermsIn(text, 2)).toEqual(["salt marsh", "wall"]);
});

it("leaves out persons and what is said only once", () => {
  expect(keyTermsIn("Cllr Hargan spoke. Cllr Hargan left. Cllr Hargan came back with herons.", 5)).toEqual([]);
});
