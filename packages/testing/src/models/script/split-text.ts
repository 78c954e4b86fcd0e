const PIECE_LENGTH = 16;

/** The pieces in which a stream brings a text. No piece ends within a character. */
export function splitText(text: string): readonly string[] {
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; start += PIECE_LENGTH) {
    pieces.push(characters.slice(start, start + PIECE_LENGTH).join(""));
  }
  return pieces;
}
