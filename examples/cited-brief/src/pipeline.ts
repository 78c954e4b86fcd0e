import type { AnswerOf, LanguageModel } from "@flujo/agents";
import { identity, type Pipeline, type StepScope, steps } from "@flujo/dsl";
import { briefAgents, type Classified } from "./agents.ts";
import type {
  ClaimsAnswer,
  DifferencesAnswer,
  Mending,
  OutlineAnswer,
  QuestionsAnswer,
  TermsAnswer,
} from "./answers.ts";
import type { DocumentKind, DocumentRef, Note, SourceDocument } from "./brief/brief.ts";
import { assemble, type Gathered, gather } from "./brief/compose.ts";
import { applyMendings, type Draft, findDoubtful, isBacked, type MendingTask } from "./brief/refinement.ts";
import { renderBrief } from "./brief/render-brief.ts";
import { writeWhole } from "./brief/write-whole.ts";
import type { BriefContext } from "./context.ts";
import { sha256 } from "./sha256.ts";
import { logged } from "./work-log.ts";

export interface CitedBriefInput {
  /** Told apart by their files. */
  readonly documents: readonly SourceDocument[];
  /** The file that the brief is written to; its folder exists. */
  readonly target: string;
}

export interface WrittenBrief {
  readonly target: string;
  /** Of the file's text, in hexadecimal: by which to see later whether it is still there as it was written. */
  readonly sha256: string;
  readonly claims: number;
  readonly documents: number;
}

/** Most rounds of mending. A doubtful claim is mended or left out within three. */
const MOST_ROUNDS = 4;

const { step, pipeline, parallel, branch, map, loop } = steps<BriefContext>();

/** A folder's documents become a brief in which every claim is backed by a quote that really occurs in its source. */
export function citedBrief(model: LanguageModel): Pipeline<CitedBriefInput, WrittenBrief, BriefContext> {
  const agents = briefAgents(model);

  // What is asked of a document depends on its kind; the shape of what comes back does not.
  const extract = (kind: DocumentKind) =>
    parallel("extract", {
      of: identity<Classified>(),
      claims: agents.findClaims(kind),
      terms: agents.findTerms,
      questions: agents.findQuestions,
    });

  const study = pipeline(
    "study",
    parallel("look", { document: identity<DocumentRef>(), answer: agents.classify }),
    branch("by-kind", {
      on: ({ answer }: Classified) => answer.kind,
      cases: {
        minutes: extract("minutes"),
        report: extract("report"),
        opinion: extract("opinion"),
        guide: extract("guide"),
      },
    }),
    step("note", logged(takeNote)),
  );

  const refine = loop("refine", {
    body: pipeline(
      "round",
      step("check", logged(checkQuotes)),
      parallel("mend", {
        checked: identity<Checked>(),
        answers: step(
          "tasks",
          logged(({ tasks }: Checked) => tasks),
        ).pipe(map("documents", agents.mend, { concurrency: 4 })),
      }),
      step("apply", logged(applyAnswers)),
    ),
    until: (draft: Draft, { context }) => isBacked(draft, context.sources),
    maxIterations: MOST_ROUNDS,
  });

  return pipeline(
    "cited-brief",
    step("open", logged(openDocuments)),
    map("documents", study, { concurrency: 4 }),
    step("gather", logged(gatherNotes)),
    parallel("compose", { gathered: identity<Gathered>(), outline: agents.outline, comparison: agents.compare }),
    step("draft", logged(draftBrief)),
    refine,
    step("write", logged(writeBrief)),
  );
}

type Scope = StepScope<BriefContext>;

/** Puts the texts where every step can reach them, so that only references to them travel. */
function openDocuments({ documents, target }: CitedBriefInput, { update }: Scope): DocumentRef[] {
  update((context) => {
    context.target = target;
    context.sources = Object.fromEntries(documents.map(({ file, text }) => [file, text]));
  });
  return documents.map(({ file, title }) => ({ file, title }));
}

interface Extracted {
  readonly of: Classified;
  readonly claims: AnswerOf<typeof ClaimsAnswer>;
  readonly terms: AnswerOf<typeof TermsAnswer>;
  readonly questions: AnswerOf<typeof QuestionsAnswer>;
}

function takeNote({ of: { document, answer }, claims, terms, questions }: Extracted): Note {
  return { ...document, ...answer, ...claims, ...terms, ...questions };
}

function gatherNotes(notes: readonly Note[], { context }: Scope): Gathered {
  return gather(notes, context.sources);
}

interface Composed {
  readonly gathered: Gathered;
  readonly outline: AnswerOf<typeof OutlineAnswer>;
  readonly comparison: AnswerOf<typeof DifferencesAnswer>;
}

function draftBrief({ gathered, outline, comparison }: Composed): Draft {
  return { brief: assemble(gathered, outline, comparison.differences), mendings: {} };
}

interface Checked {
  readonly draft: Draft;
  readonly tasks: readonly MendingTask[];
}

function checkQuotes(draft: Draft, { context, update }: Scope): Checked {
  const { dropped, ...checked } = findDoubtful(draft, context.sources);
  update((shared) => {
    shared.dropped += dropped;
  });
  return checked;
}

function applyAnswers(
  { checked, answers }: { checked: Checked; answers: readonly Mending[] },
  { update }: Scope,
): Draft {
  const { draft, mended, dropped } = applyMendings(checked.draft, checked.tasks, answers);
  update((shared) => {
    shared.mended += mended;
    shared.dropped += dropped;
  });
  return draft;
}

async function writeBrief({ brief }: Draft, { context, runId }: Scope): Promise<WrittenBrief> {
  const { claims, documents } = brief;
  if (claims.length === 0) {
    throw new Error("No claim is backed by a quote from its document: there is nothing to write a brief from.");
  }
  const text = renderBrief(brief);
  await writeWhole(context.target, text, runId);
  return { target: context.target, sha256: sha256(text), claims: claims.length, documents: documents.length };
}
