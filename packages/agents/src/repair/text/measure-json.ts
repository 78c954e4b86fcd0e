import { isRounded } from "../fit/number-value.ts";

/** How deep a value goes, and how many members all objects in it have. */
export function measureValue(value: unknown): { readonly depth: number; readonly members: number } {
  let depth = 0;
  let members = 0;
  let level: object[] = typeof value === "object" && value !== null ? [value] : [];
  for (; level.length > 0; depth++) {
    const next: object[] = [];
    for (const container of level) {
      const items: unknown[] = Array.isArray(container) ? container : Object.values(container);
      if (!Array.isArray(container)) members += items.length;
      for (const item of items) if (typeof item === "object" && item !== null) next.push(item);
    }
    level = next;
  }
  return { depth, members };
}

/** How many members are written in valid JSON: more than there are in its value if keys stand twice. */
export function countWrittenMembers(json: string): number {
  let colons = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 58) colons++;
    if (code !== 34) continue;
    for (at++; json.charCodeAt(at) !== 34; at++) if (json.charCodeAt(at) === 92) at++;
  }
  return colons;
}

/** Texts, which may have digits in them, and numbers. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** What becomes of the worst number in valid JSON when it is parsed: another whole number, or one without an end. */
export function numberLoss(json: string): "rounded" | "infinite" | undefined {
  if (!/\d{16}|[eE]\+?\d{2}/.test(json)) return undefined;
  let loss: "rounded" | undefined;
  for (const [token] of json.matchAll(TOKENS)) {
    if (token.startsWith('"')) continue;
    if (!Number.isFinite(Number(token))) return "infinite";
    if (isRounded(token, Number(token))) loss = "rounded";
  }
  return loss;
}
