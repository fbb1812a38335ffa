/** What a secret looks like in content. `needle` is a literal part of every match: a cheap test before the pattern. */
export type SecretPattern = { name: string; needle: string; pattern: RegExp; onlyIn?: RegExp };

/** One pattern for each prefix that an issuer gives its tokens. */
export function prefixed(name: string, prefixes: readonly string[], body: string): SecretPattern[] {
  return prefixes.map((needle) => ({ name, needle, pattern: new RegExp(`\\b${needle}${body}`, "g") }));
}
