import { InvalidOptionError, isStandardSchema, type StandardSchema, toJsonSchema } from "@flujo/dsl";
import type { FunctionToolDefinition, ProviderToolDefinition } from "../model/language-model.ts";
import { closeObjects } from "../output/close-objects.ts";
import { isSchema, type JsonSchema } from "../repair/schema/json-schema.ts";
import type { AgentTool, ToolExample, ToolSchema, WrappedJsonSchema } from "./tool.ts";

/** A tool, checked, with what the model is told of it. */
export interface ResolvedTool {
  readonly name: string;
  readonly tool: AgentTool;
  readonly definition: FunctionToolDefinition | ProviderToolDefinition;
  /** What its arguments are checked by. */
  readonly schema: StandardSchema | JsonSchema;
  /** Whether it is run here, and not by the provider. */
  readonly isOurs: boolean;
}

/** What the providers take for a tool's name. */
const NAME = /^[\w-]{1,64}$/;

/**
 * Checks an agent's tools, once, when it is made.
 *
 * @throws {@link InvalidOptionError} naming the first that can't be used.
 */
export function resolveTools(owner: string, tools: Readonly<Record<string, AgentTool>>): readonly ResolvedTool[] {
  return Object.entries(tools).map(([name, tool]) => resolveTool(`tool "${name}" of ${owner}`, name, tool));
}

function resolveTool(option: string, name: string, tool: AgentTool): ResolvedTool {
  if (!NAME.test(name)) {
    throw new InvalidOptionError(`name of ${option}`, name, "at most 64 letters, digits, _ and -");
  }
  if (typeof tool !== "object" || tool === null) {
    throw new InvalidOptionError(option, tool, "a tool, such as tool({ description, inputSchema, execute })");
  }
  const isOurs = tool.execute !== undefined;
  if (tool.type === "provider") return resolveProviderTool(option, name, tool, isOurs);
  if (typeof tool.execute !== "function") {
    throw new InvalidOptionError(
      `execute of ${option}`,
      tool.execute,
      "a function: nobody else would run it, as it is none of the provider's own",
    );
  }
  const { schema, jsonSchema } = schemaOf(option, tool.inputSchema);
  if (jsonSchema === undefined) {
    throw new InvalidOptionError(`inputSchema of ${option}`, tool.inputSchema, "a schema that has a JSON Schema");
  }
  const { description, strict, providerOptions, inputExamples } = tool;
  return {
    name,
    tool,
    schema,
    isOurs,
    definition: {
      type: "function",
      name,
      inputSchema: jsonSchema,
      ...(description === undefined ? {} : { description: described(option, description) }),
      ...(strict === undefined ? {} : { strict }),
      ...(providerOptions === undefined ? {} : { providerOptions }),
      ...(inputExamples === undefined ? {} : { inputExamples: inputExamples as ToolExample[] }),
    },
  };
}

function resolveProviderTool(option: string, name: string, tool: AgentTool, isOurs: boolean): ResolvedTool {
  const { id, args = {} } = tool;
  if (typeof id !== "string" || !id.includes(".")) {
    throw new InvalidOptionError(`id of ${option}`, id, 'a provider\'s, such as "openai.web_search"');
  }
  if (tool.isProviderExecuted === false && !isOurs) {
    throw new InvalidOptionError(`execute of ${option}`, undefined, "a function: the provider does not run it itself");
  }
  const schema = tool.inputSchema === undefined ? true : schemaOf(option, tool.inputSchema).schema;
  const definition = { type: "provider", id: id as `${string}.${string}`, name, args: { ...args } } as const;
  return { name, tool, definition, schema, isOurs };
}

/** The SDK has descriptions that depend on a context of its own, which there is none of here. */
function described(option: string, description: NonNullable<AgentTool["description"]>): string {
  if (typeof description === "string") return description;
  throw new InvalidOptionError(`description of ${option}`, description, "a string");
}

function schemaOf(
  option: string,
  given: AgentTool["inputSchema"],
): { readonly schema: StandardSchema | JsonSchema; readonly jsonSchema: Record<string, unknown> | undefined } {
  const schema: ToolSchema | undefined =
    typeof given === "function" && !isStandardSchema(given) ? (given as () => ToolSchema)() : given;
  if (isStandardSchema(schema)) {
    const jsonSchema = toJsonSchema(schema, "input");
    return { schema, jsonSchema: jsonSchema && closeObjects(jsonSchema) };
  }
  const jsonSchema: unknown = (schema as WrappedJsonSchema | undefined)?.jsonSchema;
  if (typeof jsonSchema !== "object" || jsonSchema === null || "then" in jsonSchema || !isSchema(jsonSchema)) {
    throw new InvalidOptionError(
      `inputSchema of ${option}`,
      given,
      "a Standard Schema, such as z.object({ … }), or jsonSchema({ … }) of the AI SDK, not promised",
    );
  }
  const plain = jsonSchema as Record<string, unknown>;
  const { validate } = schema as WrappedJsonSchema;
  return { schema: validate === undefined ? plain : standard(plain, validate), jsonSchema: plain };
}

/** A schema of the AI SDK that has a validator of its own, as a Standard Schema. */
function standard(
  jsonSchema: Record<string, unknown>,
  validate: NonNullable<WrappedJsonSchema["validate"]>,
): StandardSchema {
  return {
    "~standard": {
      version: 1,
      vendor: "ai-sdk",
      jsonSchema: { input: () => jsonSchema, output: () => jsonSchema },
      validate: async (value) => {
        const result = (await validate(value)) as { success: boolean; value?: unknown; error?: unknown };
        if (result.success) return { value: result.value };
        return { issues: [{ message: result.error instanceof Error ? result.error.message : "it does not fit" }] };
      },
    },
  };
}
