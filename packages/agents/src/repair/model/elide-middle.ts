/**
 * The text without its middle, if it has more characters than `most`: answers begin and end with what they are made of.
 *
 * @returns how many characters were left out as well
 */
export function elideMiddle(text: string, most: number): { readonly text: string; readonly elided: number } {
  if (text.length <= most) return { text, elided: 0 };
  const head = wholeCharacters(text, Math.ceil(most / 2));
  const tail = wholeCharacters(text, text.length - Math.floor(most / 2));
  const elided = tail - head;
  return { text: `${text.slice(0, head)}\n[… ${elided} characters left out …]\n${text.slice(tail)}`, elided };
}

/** The index, or the one after it, if it is between the two halves of a character. */
function wholeCharacters(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? "") ? at + 1 : at;
}
