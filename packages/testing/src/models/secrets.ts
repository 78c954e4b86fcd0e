/** What stands where a secret stood. */
export const SECRET = "[secret]";

/** Whether a header or a part of a query of this name bears a secret: keys, tokens, cookies and whom they belong to. */
export function isSecretName(name: string): boolean {
  return /^(openai-organization|openai-project|set-cookie|cookie)$|authorization$|api[-_]?key$|(^|[-_])(token|secret|password|signature|key)$/i.test(
    name,
  );
}

/** The headers, with each secret replaced. */
export function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? SECRET : value]),
  );
}

/** The secrets in the query of a URL, in their plain spelling. */
export function secretsInQuery(url: URL): readonly string[] {
  return [...url.searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value);
}

/** The URL, with each secret in its query replaced. */
export function withoutQuerySecrets(url: URL): URL {
  const stripped = new URL(url);
  for (const name of url.searchParams.keys()) if (isSecretName(name)) stripped.searchParams.set(name, SECRET);
  return stripped;
}
