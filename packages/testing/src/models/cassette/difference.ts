import { linesOf } from "./value-lines.ts";

/** Lines around a change that are shown with it. */
const CONTEXT = 2;
const MOST_LINES = 80;

/** What is recorded and what came, line by line: `-` what is gone, `+` what is new, and a little around it. */
export function differenceOf(recorded: unknown, came: unknown): string {
  const changes = changesBetween(linesOf(recorded), linesOf(came));
  const shown = changes.map((_, index) =>
    changes.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(isChange),
  );
  const lines: string[] = [];
  for (const [index, { sign, line }] of changes.entries()) {
    if (shown[index] === true) lines.push(`  ${sign} ${line}`);
    else if (index === 0 || shown[index - 1] === true) lines.push("  …");
  }
  const more = lines.length > MOST_LINES ? [`  and ${lines.length - MOST_LINES} lines more`] : [];
  return [...lines.slice(0, MOST_LINES), ...more].join("\n");
}

/** How many lines differ. */
export function distanceOf(recorded: unknown, came: unknown): number {
  return changesBetween(linesOf(recorded), linesOf(came)).filter(isChange).length;
}

interface Change {
  readonly sign: "-" | "+" | " ";
  readonly line: string;
}

function isChange({ sign }: Change): boolean {
  return sign !== " ";
}

/** Above so many pairs of lines everything between the first and the last change counts as changed. */
const MOST_PAIRS = 4_000_000;

/** By the longest common subsequence of what is left between the lines that are equal at both ends. */
function changesBetween(before: readonly string[], after: readonly string[]): readonly Change[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end++;
  const old = before.slice(start, before.length - end);
  const young = after.slice(start, after.length - end);
  return [
    ...before.slice(0, start).map(same),
    ...(old.length * young.length > MOST_PAIRS ? [...old.map(gone), ...young.map(come)] : aligned(old, young)),
    ...before.slice(before.length - end).map(same),
  ];
}

function aligned(old: readonly string[], young: readonly string[]): readonly Change[] {
  const width = young.length + 1;
  /** At `i * width + j`: how many lines `old` from `i` and `young` from `j` have in common. */
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = young.length - 1; j >= 0; j--) {
      common[i * width + j] = old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < young.length) {
    if (old[i] === young[j]) {
      changes.push(same(old[i] as string));
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) changes.push(gone(old[i++] as string));
    else changes.push(come(young[j++] as string));
  }
  return [...changes, ...old.slice(i).map(gone), ...young.slice(j).map(come)];
}

const same = (line: string): Change => ({ sign: " ", line });
const gone = (line: string): Change => ({ sign: "-", line });
const come = (line: string): Change => ({ sign: "+", line });
