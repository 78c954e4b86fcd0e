/** Prints a title and rows of what was measured, its value, and what it is to be held against. */
export function report(
  title: string,
  rows: readonly (readonly [what: string, value: string, beside?: string])[],
): void {
  const width = Math.max(...rows.map(([what]) => what.length));
  console.log(`\n${title}`);
  for (const [what, value, beside = ""] of rows)
    console.log(`  ${what.padEnd(width)}  ${value.padStart(12)}  ${beside}`.trimEnd());
}

export const micros = (ms: number): string => `${(ms * 1000).toFixed(ms * 1000 < 10 ? 2 : 0)} µs`;
export const millis = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
export const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} ×`;
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const bytes = (count: number): string => `${count.toFixed(0)} B`;
