/** What stands where a secret stood. */
export const SECRET = "[secret]";

/** Whether a header or a part of a query of this name bears a secret: keys, tokens, cookies and whom they belong to. */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.some((pattern) => pattern.test(name));
}

/** `idempotency-key` and the like are none: they tell requests apart. */
const SECRET_NAMES: readonly RegExp[] = [
  /authorization$/i,
  /^(set-)?cookie$/i,
  /(^|[-_])(token|secret|password|signature)$/i,
  /(^|[-_])(api|access|auth|private|secret|subscription)[-_]?key$/i,
  /^key$/i,
  /^openai-(organization|project)$/i,
];

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
