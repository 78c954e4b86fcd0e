import { pathToFileURL } from "node:url";

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/**
 * What Node answers, beside a SyntaxError, to TypeScript that it can't run itself. All of it is found
 * before anything of the module has been evaluated, so a second way of loading does nothing twice.
 */
const BEYOND_TYPE_STRIPPING: ReadonlySet<unknown> = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION", // Node before 22.18
  "ERR_MODULE_NOT_FOUND", // "./steps" or "./steps.js" for what is steps.ts
  "ERR_UNSUPPORTED_DIR_IMPORT", // "./steps" for what is steps/index.ts
]);

/**
 * Imports a JavaScript or TypeScript module.
 *
 * Node strips the types itself where it can. A TypeScript file that it can't take is compiled by jiti,
 * which is only loaded then.
 */
export async function loadModule(file: string): Promise<ModuleExports> {
  try {
    return (await import(pathToFileURL(file).href)) as ModuleExports;
  } catch (error) {
    if (!/\.[cm]?tsx?$/.test(file) || !isBeyondTypeStripping(error)) throw error;
    const { createJiti } = await import("jiti");
    const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false });
    return await jiti.import<ModuleExports>(file);
  }
}

/** Enums, parameter properties and decorators are SyntaxErrors, of Node or of V8. */
function isBeyondTypeStripping(error: unknown): boolean {
  return error instanceof SyntaxError || BEYOND_TYPE_STRIPPING.has((error as { code?: unknown } | null)?.code);
}
