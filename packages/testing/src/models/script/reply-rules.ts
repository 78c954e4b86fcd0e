import { checkKeys, InvalidOptionError } from "@flujo/dsl";
import type { ModelRequest } from "./model-request.ts";
import type { ReplyFunction } from "./script.ts";
import type { Reply } from "./scripted-answer.ts";

/** What is said to requests of one kind. */
export interface ReplyRule {
  /**
   * Which requests: those whose `prompt` is this text, matches this expression, or for which this function says yes.
   * Default: all.
   */
  readonly when?: string | RegExp | ((request: ModelRequest) => boolean);
  /**
   * A list says what a request is told when it comes the first time, the second and so on: each content of a request is counted
   * by itself, so the order in which different ones arrive changes nothing.
   */
  readonly reply: Reply | ReplyFunction | readonly (Reply | ReplyFunction)[];
}

/**
 * A script of rules, of which the first that fits a request has its reply.
 *
 * Rules decide by what is asked, not by when: the right thing for calls that are made side by side.
 */
export function replyRules(rules: readonly ReplyRule[]): ReplyFunction {
  for (const [index, rule] of rules.entries()) {
    checkKeys(`rules[${index}]`, rule, ["when", "reply"]);
    if (rule.reply === undefined) throw new InvalidOptionError(`rules[${index}].reply`, undefined, "a reply");
  }
  return async (request) => {
    const rule = rules.find(({ when }) => fits(when, request));
    if (rule === undefined) return undefined;
    const { reply } = rule;
    const chosen = isList(reply) ? reply[request.nth - 1] : reply;
    return typeof chosen === "function" ? await chosen(request) : chosen;
  };
}

function fits(when: ReplyRule["when"], request: ModelRequest): boolean {
  if (when === undefined) return true;
  if (typeof when === "string") return request.prompt === when;
  if (typeof when === "function") return when(request);
  // `test` of an expression with the flag g or y goes on where it stopped.
  return request.prompt.search(when) >= 0;
}

function isList<Item>(value: unknown): value is readonly Item[] {
  return Array.isArray(value);
}
