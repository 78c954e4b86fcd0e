/** What stands where a secret stood. */
export const SECRET = "[secret]";

/** Whether a header of this name bears a secret: keys, tokens, cookies and whom they belong to. */
export function isSecretHeader(name: string): boolean {
  return /^(openai-organization|openai-project|set-cookie|cookie)$|authorization$|api-?key$|(^|-)(token|secret|password|signature|key)$/i.test(
    name,
  );
}

/** The headers, with each secret replaced. */
export function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? SECRET : value]),
  );
}
