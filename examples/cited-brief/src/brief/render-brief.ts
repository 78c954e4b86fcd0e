import type { Brief, Claim, DocumentKind } from "./brief.ts";

const KIND_NAMES: Readonly<Record<DocumentKind, readonly [one: string, many: string]>> = {
  minutes: ["set of minutes", "sets of minutes"],
  report: ["report", "reports"],
  opinion: ["letter or essay", "letters or essays"],
  guide: ["guide", "guides"],
};

/** The brief as Markdown. The same brief always gives the same text: there is no date and no name of a run in it. */
export function renderBrief(brief: Brief): string {
  const claims = new Map(brief.claims.map((claim) => [claim.id, claim]));
  const cited = new Citations();
  const sections = brief.sections.flatMap(({ heading, points }) => {
    const items = points.flatMap((point) => {
      const backing = known(point.claims, claims);
      return backing[0] === undefined
        ? []
        : [`- ${inline(backing[0].text)} ${backing.map((claim) => cited.cite(claim)).join(" ")}`];
    });
    return items.length === 0 ? [] : [`## ${inline(heading)}\n\n${items.join("\n")}`];
  });
  const differences = brief.differences.flatMap(({ about, claims: ids }) => {
    const sides = known(ids, claims).map((claim) => `  - ${inline(claim.text)} ${cited.cite(claim)}`);
    return sides.length === 0 ? [] : [`- **${inline(about)}**\n${sides.join("\n")}`];
  });

  return `${[
    `# ${inline(brief.title)}`,
    overview(brief),
    documentTable(brief),
    ...sections,
    ...part("Where the documents differ", differences),
    ...part(
      "Open questions",
      brief.questions.map(({ file, question }) => `- ${inline(question)} (${label(file)})`),
    ),
    ...part(
      "Key terms",
      brief.terms.map(({ term, files }) => `- **${inline(term)}**: ${files.map(label).join(", ")}`),
    ),
    ...part("Sources", cited.list()),
  ].join("\n\n")}\n`;
}

/** Numbers claims in the order in which they are cited. */
class Citations {
  readonly #numbers = new Map<Claim, number>();

  cite(claim: Claim): string {
    const number = this.#numbers.get(claim) ?? this.#numbers.size + 1;
    this.#numbers.set(claim, number);
    return `[${number}, ${label(claim.file)}]`;
  }

  list(): string[] {
    return Array.from(this.#numbers, ([{ file, quote }, number]) => `${number}. “${oneLine(quote)}” (${file})`);
  }
}

function overview({ claims, documents }: Brief): string {
  const kinds = Map.groupBy(documents, ({ kind }) => kind);
  const counted = Object.entries(KIND_NAMES).flatMap(([kind, names]) => {
    const count = kinds.get(kind as DocumentKind)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${names[count === 1 ? 0 : 1]}`];
  });
  return (
    `This brief takes ${quantity(claims.length, "claim")} from ${quantity(documents.length, "document")}: ${listed(counted)}. ` +
    "Every claim cites a passage that stands word for word in its document; the number after it leads to that passage, " +
    "in the list of sources at the end."
  );
}

function documentTable({ claims, documents }: Brief): string {
  const rows = documents.map(
    ({ file, title, kind }) =>
      `| ${cell(label(file))} | ${cell(title)} | ${kind} | ${claims.filter((claim) => claim.file === file).length} |`,
  );
  return ["| Document | Title | Kind | Claims |", "| --- | --- | --- | ---: |", ...rows].join("\n");
}

function part(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${heading}\n\n${items.join("\n")}`];
}

function known(ids: readonly number[], claims: ReadonlyMap<number, Claim>): Claim[] {
  return ids.flatMap((id) => claims.get(id) ?? []);
}

/** What a document is called in citations: its file name without the ending. */
function label(file: string): string {
  return file.replace(/\.[^.]+$/, "");
}

/** Text for the inside of a line: on one line itself, and nothing at its start that Markdown would take for a mark. */
function inline(text: string): string {
  return oneLine(text).replace(/^([#>+*-]|\d+[.)])(?=\s)/, "\\$1");
}

function cell(text: string): string {
  return oneLine(text).replaceAll("|", "\\|");
}

function oneLine(text: string): string {
  return text
    .replace(/^[ \t]*>[ \t]?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

function quantity(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
}
