import { z } from "zod";
import { DOCUMENT_KINDS } from "./brief/brief.ts";

/** What the models are asked to answer, task by task. */

export const KindAnswer = z.object({ kind: z.enum(DOCUMENT_KINDS) });

export const ClaimsAnswer = z.object({
  claims: z.array(z.object({ text: z.string(), quote: z.string() })),
});

export const TermsAnswer = z.object({ terms: z.array(z.string()) });

export const QuestionsAnswer = z.object({ questions: z.array(z.string()) });

export const OutlineAnswer = z.object({
  title: z.string(),
  sections: z.array(
    z.object({
      heading: z.string(),
      points: z.array(z.object({ claims: z.array(z.number().int()) })),
    }),
  ),
});

export const DifferencesAnswer = z.object({
  differences: z.array(z.object({ about: z.string(), claims: z.array(z.number().int()) })),
});

export const MendingAnswer = z.object({
  mended: z.array(z.object({ id: z.number().int(), text: z.string(), quote: z.string().nullable() })),
});
export type Mending = z.infer<typeof MendingAnswer>;
