import { sentencesOf } from "./document-text.ts";

const LIST_OF_QUESTIONS = /\b(?:questions?|unresolved|not resolved|open|cannot say|unanswered)\b/i;

/** Questions that a document asks and that others might answer, at most `limit`, in its order. */
export function questionsIn(text: string, limit: number): string[] {
  const rated = sentencesOf(text)
    .filter(
      ({ text: sentence, heading }) =>
        /\?["”’')]*$/.test(sentence) || (/^Whether\b/.test(sentence) && LIST_OF_QUESTIONS.test(heading)),
    )
    .map(({ text: question, heading, place }, index) => ({
      question,
      index,
      // A question in a list of questions is meant; one to oneself, or a short one, is a turn of speech.
      score:
        (LIST_OF_QUESTIONS.test(heading) ? 2 : 0) +
        (place === 0 ? 0.5 : 0) -
        (/\bI\b|\bmy\b/.test(question) ? 1.5 : 0) -
        (question.split(" ").length < 6 ? 1 : 0) -
        (/\b(?:it|this|that)\?$|^(?:Is|Has|Was) (?:that|it|this|anyone)\b/i.test(question) ? 2 : 0),
    }))
    .filter(({ score }) => score >= 0);
  return rated
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit)
    .sort((a, b) => a.index - b.index)
    .map(({ question }) => question);
}
