/** How many characters of a text are shown, and how many of those come before the first that differs. */
const SHOWN = 160;
const BEFORE = 40;

/** Two texts that differ, in words: all of them if they are short, else what is around the first difference. */
export function contrast(undisturbed: string, now: string): string {
  let same = 0;
  while (same < undisturbed.length && undisturbed[same] === now[same]) same += 1;
  const from = Math.max(0, same - BEFORE);
  return `${excerpt(undisturbed, from)} undisturbed, now ${excerpt(now, from)}`;
}

function excerpt(text: string, from: number): string {
  if (text.length <= SHOWN) return text;
  return `${from > 0 ? "…" : ""}${text.slice(from, from + SHOWN)}${from + SHOWN < text.length ? "…" : ""}`;
}
