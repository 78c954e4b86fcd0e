import { styleText } from "node:util";

/** Colours text; on a stream that has no colours, gives it back as it is. */
export type Paint = (style: Style, text: string) => string;

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan" | "magenta";

/** Colours as `stream` shows them: none if it is no terminal, or NO_COLOR is set. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream, validateStream: true });
}

export const plainPaint: Paint = (_style, text) => text;
