import { isSecretName, SECRET, secretsInQuery, withoutQuerySecrets } from "../secrets.ts";

/** Providers' keys are longer; what is shorter stands in for one, and might be a word of the prompt. */
const SHORTEST = 16;

/** The secrets that a client sends in its headers and in the query, which either side may repeat elsewhere. */
export function secretsIn({ headers, url }: Request): readonly string[] {
  const sent = [...headers].filter(([name]) => isSecretName(name)).map(([, value]) => value);
  const keys = sent.map((value) => value.replace(/^(Bearer|Basic|Token) +/i, ""));
  return [...keys, ...secretsInQuery(new URL(url))].filter(({ length }) => length >= SHORTEST);
}

export function stripSecrets(text: string, secrets: readonly (string | RegExp)[]): string {
  return secrets.reduce<string>((stripped, secret) => {
    const all = typeof secret === "string" || secret.global ? secret : new RegExp(secret.source, `${secret.flags}g`);
    return stripped.replaceAll(all, SECRET);
  }, text);
}

/** The URL without secrets, credentials and fragment, and in one spelling. */
export function stripUrl(url: string, secrets: readonly (string | RegExp)[]): string {
  const stripped = withoutQuerySecrets(new URL(url));
  stripped.username = "";
  stripped.password = "";
  stripped.hash = "";
  return stripSecrets(stripped.href.replaceAll(encodeURIComponent(SECRET), SECRET), secrets);
}
