import { JSDOM } from "jsdom";
import type { Mermaid } from "mermaid";

/** A flowchart as Mermaid's own parser has read it, its texts as a page shows them: one string a line of the label. */
export interface ReadFlowchart {
  readonly nodes: readonly {
    readonly id: string;
    readonly text: readonly string[];
    readonly frame: boolean;
    readonly classes: string;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly text: string;
    readonly dashed: boolean;
  }[];
}

/** What the parser's model looks like, as far as it is read here. */
interface FlowData {
  readonly nodes: readonly { id: string; label?: string; isGroup: boolean; cssClasses?: string }[];
  readonly edges: readonly { start?: string; end?: string; label?: string; pattern?: string }[];
}

// The parser cleans every text with DOMPurify, which needs a document.
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const mermaid: Mermaid = (await import("mermaid")).default;
// The limit is there for the sake of layout, which nothing here does.
mermaid.initialize({ startOnLoad: false, maxEdges: Number.MAX_SAFE_INTEGER });

/** @throws what Mermaid throws for a text that is no flowchart. */
export async function readMermaid(text: string): Promise<ReadFlowchart> {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const { nodes, edges } = (db as unknown as { getData(): FlowData }).getData();
  return {
    nodes: nodes.map(({ id, label = "", isGroup, cssClasses = "" }) => ({
      id,
      text: label.split(/<br ?\/?>/).map(shown),
      frame: isGroup,
      classes: cssClasses,
    })),
    edges: edges.map(({ start = "", end = "", label = "", pattern }) => ({
      from: start,
      to: end,
      text: shown(label),
      dashed: pattern === "dotted",
    })),
  };
}

const page = window.document.createElement("div");

/** A label as a page shows it. While it parses, Mermaid keeps `#35;` as `ﬂ°°35¶ß`; HTML reads it as `&#35;`. */
function shown(label: string): string {
  page.innerHTML = label.replaceAll("ﬂ°°", "&#").replaceAll("¶ß", ";");
  return page.textContent ?? "";
}
