import { InvalidArgumentError } from "commander";

/** An option's value as JSON. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = looksLikeBareText(text) ? ` Text needs quotes of its own: '${JSON.stringify(text)}'.` : "";
    throw new InvalidArgumentError(`It is not JSON (${(error as Error).message}).${hint}`);
  }
}

function looksLikeBareText(text: string): boolean {
  return !/^\s*["[{]/.test(text) && text.trim() !== "";
}
