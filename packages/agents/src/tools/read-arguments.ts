import { ToolArgumentsError } from "../errors/tool-arguments-error.ts";
import { repairToolArguments } from "../repair/repair-tool-arguments.ts";
import type { ResolvedTool } from "./resolve-tools.ts";

/** The arguments of a call: as JSON, and what the tool's schema makes of them. */
export interface ToolArguments {
  readonly json: unknown;
  readonly input: unknown;
  /** What was changed in them to make them fit, if anything was. */
  readonly repaired:
    | { readonly repairs: unknown; readonly cost: number; readonly flags: readonly string[] }
    | undefined;
}

/**
 * Reads the arguments that a model wrote for a tool.
 *
 * @param mayRepair - whether rules may mend what does not fit
 * @throws {@link ToolArgumentsError} if they do not fit, and can't be made to.
 */
export async function readArguments(
  { name, schema }: ResolvedTool,
  text: string,
  mayRepair: boolean,
  path: string,
): Promise<ToolArguments> {
  const result = await repairToolArguments(text, schema);
  if (result.ok && (result.tier === 0 || mayRepair)) {
    const { repairs, cost, flags } = result;
    return {
      json: result.json,
      input: result.value,
      repaired: result.status === "repaired" ? { repairs, cost, flags } : undefined,
    };
  }
  const issues = result.ok
    ? ["they are not JSON that fits as they are"]
    : result.issues.map(({ path: at, message }) => (at === "" ? message : `${at}: ${message}`));
  throw new ToolArgumentsError(name, text, issues.length === 0 ? ["they are not JSON"] : issues, { path });
}
