/** A value of JSON as lines to be compared: one a leaf, with its place, and texts of several lines as such. */
export function linesOf(value: unknown, place = ""): readonly string[] {
  if (typeof value === "string" && value.includes("\n")) {
    return [`${place}:`, ...value.split("\n").map((line) => `  | ${line}`)];
  }
  if (typeof value !== "object" || value === null) return [`${place}: ${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${place}: []`];
    return value.flatMap((item, index) => linesOf(item, `${place}[${index}]`));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${place}: {}`];
  return entries.flatMap(([key, item]) => linesOf(item, place === "" ? key : `${place}.${key}`));
}
