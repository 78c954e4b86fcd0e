/** What this model knows of each kind of document. */
interface KindProfile {
  /** Signs that a text is of this kind. Each counts with its share of the words. */
  readonly signs: RegExp;
  /** The same, in a title or in headings, where they mean more. */
  readonly titles: RegExp;
  /** Words of a sentence that says what such a document is there to say. */
  readonly cues: RegExp;
  /** How much a figure adds to a sentence's weight: an argument needs none. */
  readonly figureWeight: number;
}

export const KIND_PROFILES: Readonly<Record<string, KindProfile>> = {
  minutes: {
    signs:
      /\b(?:apologies|attendance|seconded|proposed|motion|amendment|carried|abstention|minutes|councillors?|cllrs?|clerk|chair|asked|replied)\b/gi,
    titles: /\b(?:minutes|meeting|agenda|proceedings)\b/gi,
    cues: /\b(?:reported that|agreed|carried|resolved|approved|adopted|allocated|advised that|directed|withdrew|confirmed|replied that|had been received|risen|offer)\b/i,
    figureWeight: 0.12,
  },
  report: {
    signs:
      /\b(?:assessment|estimated?|average|measured|readings?|survey|per cent|figures?|data|range|assum\w+|option|results?|millimetres|metres|monitoring|analysis)\b/gi,
    titles: /\b(?:report|assessment|appraisal|analysis|findings|study|survey|results|notes|summary|evaluation)\b/gi,
    cues: /\b(?:we (?:recommend|estimate|found|conclude|expect|have assumed|cannot say)|recommend|should|estimate[ds]?|identified|is likely|depends|falls?|rises?|average|mean|reduction|in favour|smallest|largest|never|always|a mistake|faster than)\b/i,
    figureWeight: 0.12,
  },
  opinion: {
    signs:
      /\b(?:I|we|our|us|my|believe|think|argument|dear|sincerely|neighbours|honest|fair|wrong|promise|persuaded)\b/g,
    titles: /\b(?:letter|essay|opinion|comment|view|why|on|case)\b/gi,
    cues: /\b(?:we (?:ask|believe|dispute|estimate|accept|invite)|we do not|my (?:argument|first|second|third)|is not|I (?:still )?(?:think|believe|grant|am sure)|should|must|wrong|true cost|loss|ours)\b/i,
    figureWeight: 0.06,
  },
  guide: {
    signs:
      /\b(?:procedure|step|do not|must|check|open|close|write|read|equipment|volunteers|instructions|before|after|if|only)\b/gi,
    titles: /\b(?:how|guide|procedure|manual|instructions|equipment|before|during|after|working out)\b/gi,
    cues: /^do not\b|\b(?:must|never|only if|at least|should|cannot|nobody|always|good to|trigger|withdraw|we tell)\b/i,
    figureWeight: 0.08,
  },
};

/** The kind whose signs a text bears most of, in relation to its length. */
export function kindOf(text: string): string {
  const words = Math.max(1, text.split(/\s+/).length);
  const headings = text
    .split("\n")
    .filter((line, index) => index < 4 || /^#{1,6}\s/.test(line) || (/\p{Lu}{4}/u.test(line) && !/\p{Ll}/u.test(line)))
    .join("\n");
  const scored = Object.entries(KIND_PROFILES).map(([kind, { signs, titles }]) => ({
    kind,
    score: count(text, signs) / words + 0.02 * count(headings, titles),
  }));
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).kind;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
