import type { Fork, Parse, ParseOptions, Unreadable } from "./parse.ts";
import type { Reading } from "./reading.ts";
import { parseTolerantly } from "./tolerant-parser.ts";

/** The ways in which one value can be read, the likeliest first; or why there is none. */
export type Readings =
  | { readonly readings: readonly Reading[]; readonly failure?: undefined }
  | { readonly readings: readonly []; readonly failure: Unreadable };

/** So many more edits than the best reading has make another one no rival. */
const MARGIN = 3;

/** Most forks that are tried one by one, in a text of up to `SHORT` characters and in a longer one. */
const MOST_TRIED = 6;
const MOST_TRIED_IN_LONG = 1;
const SHORT = 100_000;

/**
 * Reads the value that begins at `start`. Where the likeliest reading had to choose, the others are tried as well: all
 * choices of a kind the other way round, then one by one. Their number is bounded, so all of it takes linear time.
 */
export function readingsAt(text: string, start: number, options: ParseOptions): Readings {
  const first = parseTolerantly(text, start, options);
  const parses = [first];
  let best = editsOf(first);
  const attempt = (changed: Partial<ParseOptions>): void => {
    const parse = parseTolerantly(text, start, { ...options, ...changed, maxEdits: best + MARGIN });
    best = Math.min(best, editsOf(parse));
    parses.push(parse);
  };
  const kinds = new Set(first.forks.map(({ kind }) => kind));
  if (kinds.size > 1) attempt({ turns: () => true });
  for (const kind of kinds) attempt({ turns: (fork) => fork.kind === kind });
  const most = options.end - start <= SHORT ? MOST_TRIED : MOST_TRIED_IN_LONG;
  for (const fork of first.forks.slice(0, most)) attempt({ turns: (other) => same(fork, other) });
  if (first.closedEarly) for (const ignored of first.siblingClosers.slice(-2 * most)) attempt({ ignored });
  const readings = parses.flatMap(({ result }) => ("root" in result ? [result] : []));
  if (readings.length === 0) return { readings: [], failure: first.result as Unreadable };
  return { readings: readings.sort((a, b) => a.edits - b.edits) };
}

function same(a: Fork, b: Fork): boolean {
  return a.kind === b.kind && a.at === b.at;
}

/** A reading that is in doubt is nothing to hold others against. */
function editsOf({ result }: Parse): number {
  return "root" in result && result.doubt === undefined ? result.edits : Infinity;
}
