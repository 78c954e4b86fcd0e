import { snippetsOf } from "./extract.ts";

/** The source of one module, made of a snippet and those that continue it. */
export interface SnippetModule {
  readonly source: string;
  readonly run: boolean;
}

/** The modules of a page. Every line of code keeps the number it has in the page, so errors point at the page. */
export function modulesOf(markdown: string): SnippetModule[] {
  const modules: { lines: string[]; run: boolean }[] = [];
  for (const { code, line, mode } of snippetsOf(markdown)) {
    if (mode === "ignore") {
      continue;
    }
    if (mode !== "continue") {
      modules.push({ lines: [], run: mode === "run" });
    }
    const { lines = [] } = modules.at(-1) ?? {};
    lines.push(...Array<string>(line - 1 - lines.length).fill(""), ...code.split("\n"));
  }
  return modules.map(({ lines, run }) => ({ source: `${lines.join("\n")}\n`, run }));
}
