/** `openrouter/openai/gpt-5-mini` is `openai/gpt-5-mini` of `openrouter`. A name without a slash has no provider. */
export function splitModelName(name: string): { readonly provider: string; readonly model: string } {
  const slash = name.indexOf("/");
  return slash < 0 ? { provider: "", model: name } : { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}
