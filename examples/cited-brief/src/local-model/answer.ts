import type { Material } from "../brief/brief.ts";
import { briefTitle } from "./brief-title.ts";
import { claimsIn } from "./claims.ts";
import { differencesAmong } from "./differences.ts";
import { keyTermsIn } from "./key-terms.ts";
import { kindOf } from "./kinds.ts";
import { type DoubtfulClaim, mend } from "./mend.ts";
import { arrange } from "./outline.ts";
import { questionsIn } from "./questions.ts";
import { limitIn, type Task } from "./task.ts";

/** The model's answer to a task, as the JSON value that the task asks for. */
export function answerTo(task: Task): unknown {
  switch (task.name) {
    case "classify":
      return { kind: kindOf(task.document) };
    case "claims":
      return {
        claims: claimsIn(
          task.document,
          /^Kind of document: (\w+)$/m.exec(task.instructions)?.[1] ?? "report",
          limitIn(task),
        ),
      };
    case "terms":
      return { terms: keyTermsIn(task.document, limitIn(task)) };
    case "questions":
      return { questions: questionsIn(task.document, limitIn(task)) };
    case "outline":
      return { title: briefTitle(materialOf(task)), sections: arrange(materialOf(task), limitIn(task)) };
    case "differences":
      return { differences: differencesAmong(materialOf(task)) };
    case "mend":
      return { mended: mend((task.material("claims") ?? []) as DoubtfulClaim[], task.document) };
    default:
      throw new Error(`The local model knows no task named "${task.name}".`);
  }
}

/** What the prompt of a composing task shows; its shape is the prompt's promise. */
function materialOf(task: Task): Material {
  return {
    documents: (task.material("documents") ?? []) as Material["documents"],
    claims: (task.material("claims") ?? []) as Material["claims"],
    terms: (task.material("terms") ?? []) as Material["terms"],
  };
}
