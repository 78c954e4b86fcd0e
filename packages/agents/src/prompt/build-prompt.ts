import { InvalidOptionError, type StepScope } from "@flujo/dsl";
import { liftMessage } from "./lift-message.ts";
import type { ModelMessage, PromptMessage } from "./prompt-message.ts";
import { type Asking, PromptScope } from "./prompt-scope.ts";

/** What prompts are made of. Whatever the functions return is yet to be checked. */
export interface PromptTemplate {
  readonly system: string | undefined | PromptFunction;
  readonly prompt: string | readonly PromptMessage[] | PromptFunction;
}

export type PromptFunction = (input: unknown, scope: StepScope) => unknown;

/**
 * The messages that ask a model: one with the system text and the instruction, then the prompt; and what was wrong with the
 * answer before, unless `system` or `prompt` has looked at that.
 *
 * @param instruction - what is to be said of the answer's format
 * @throws {@link InvalidOptionError} if `system` or `prompt` returned something that can't be sent.
 */
export async function buildPrompt(
  template: PromptTemplate,
  instruction: string | undefined,
  input: unknown,
  scope: StepScope,
  asking: Asking,
): Promise<ModelMessage[]> {
  const prompting = new PromptScope(scope, asking);
  const { path } = asking;
  const system = await fill(template.system, input, prompting.given);
  if (system !== undefined && typeof system !== "string") {
    throw new InvalidOptionError("what system returned", system, "a string", { path });
  }
  const rules = [system, instruction].filter((text) => text !== undefined && text.trim() !== "").join("\n\n");
  const asked = toMessages(await fill(template.prompt, input, prompting.given), path);
  const feedback = prompting.unreadFeedback;
  if (feedback !== undefined) asked.push(userMessage(`What you answered before was not accepted: ${feedback}`));
  return rules === "" ? asked : [{ role: "system", content: rules }, ...asked];
}

export function userMessage(text: string): ModelMessage {
  return { role: "user", content: [{ type: "text", text }] };
}

function fill(part: PromptTemplate["prompt"] | undefined, input: unknown, scope: StepScope): unknown {
  return typeof part === "function" ? part(input, scope) : part;
}

/** Whether it is a conversation that can be sent. */
export function isMessages(value: unknown): value is readonly PromptMessage[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function toMessages(asked: unknown, path: string): ModelMessage[] {
  if (typeof asked === "string") return [userMessage(asked)];
  if (!isMessages(asked)) {
    throw new InvalidOptionError(
      "what prompt returned",
      asked,
      "a string, or a list of system, user, assistant and tool messages",
      {
        path,
      },
    );
  }
  return asked.map((message) => liftMessage(message, path));
}

/** Checks what can be mixed up easily; what is in the parts is for the provider to judge. */
function isMessage(value: unknown): value is PromptMessage {
  if (typeof value !== "object" || value === null) return false;
  const { role, content } = value as { readonly role?: unknown; readonly content?: unknown };
  if (role === "system") return typeof content === "string";
  if (role === "tool") return Array.isArray(content);
  return (role === "user" || role === "assistant") && (typeof content === "string" || Array.isArray(content));
}
