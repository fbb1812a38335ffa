import { credentialPatterns, furtherAssignment } from "./credentials.ts";
import { prefixed, type SecretPattern } from "./secret-pattern.ts";

// Each pattern asks for the secret's body, not only for its label: programs that read keys contain the labels.
export const secretPatterns: readonly SecretPattern[] = [
  {
    name: "private key",
    needle: "PRIVATE KEY-----",
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\s*(?:Proc-Type|DEK-Info):.*)*[^-]{0,20}?[A-Za-z0-9+/]{48}/g,
  },
  // AWS prints keys that end in EXAMPLE in its own documentation.
  ...prefixed("AWS access key", ["AKIA", "ASIA"], "(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}\\b"),
  ...prefixed("GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "[A-Za-z0-9]{36}\\b"),
  { name: "GitHub token", needle: "github_pat_", pattern: /\bgithub_pat_[A-Za-z0-9_]{60,}/g },
  ...prefixed("Slack token", ["xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"], "(?=[A-Za-z-]*\\d)[A-Za-z0-9-]{10,}"),
  {
    name: "Slack webhook",
    needle: "hooks.slack.com/",
    pattern: /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/\w+\/\w+\/(?!X+\b)[\w/]{16,}/g,
  },
  ...prefixed("Google API key", ["AIza"], "[\\w-]{35}(?![\\w-])"),
  ...prefixed("Stripe key", ["sk_live_", "rk_live_"], "[A-Za-z0-9]{16,}"),
  {
    name: "URL with a password",
    needle: "://",
    // ${DB_PASSWORD} and <password> are places for a secret, not secrets.
    pattern: /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@"'`<>]{0,256}:(?![$<{*])[^\s/"'`<>]{1,256}(?=@[\w[])/gi,
    // Manuals and tests are full of examples: in files only where settings are, and not in those of public packages.
    onlyIn:
      /^$|^(?!.*\/node_modules\/|\/usr\/(?:local\/)?(?:lib|share|include)\/).*(?:\.env[^/]*|\.(?:json|ya?ml|ini|toml|conf|cfg|properties))$/,
  },
  { name: "npm token", needle: "npm_", pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  {
    name: "registry credential",
    needle: "_auth",
    // ${NPM_TOKEN} is a reference, not a secret.
    pattern: /_auth(?:Token)?\s*=\s*["']?(?!\$\{)[^\s"']{8,}/g,
    onlyIn: /\/\.?npmrc$/,
  },
  // The canary that this project's own tests plant.
  { name: "canary", needle: "HNA_DECOY_", pattern: /HNA_DECOY_[0-9a-f]{8,}/g },
];

/**
 * Names of the patterns that match, never the match.
 * @param path decides which patterns apply; "" for text that is not a file
 */
export function secretsIn(content: Buffer, path: string, patterns = secretPatterns): string[] {
  const found = new Set<string>();
  let text: string | undefined;
  for (const { name, needle, pattern, onlyIn } of patterns) {
    if (onlyIn !== undefined && !onlyIn.test(path)) continue;
    if (found.has(name) || !content.includes(needle, 0, "latin1")) continue;
    text ??= content.toString("latin1");
    if (text.search(pattern) !== -1) found.add(name);
  }
  return [...found];
}

// A path (TOKEN_FILE style) or a shell expansion is a reference to a secret, not the secret.
const assignment =
  /\b(\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS?))=(?:"[^"$/][^"]*"|'[^'$/][^']*'|["']?[^\s"'$/][^\s"']*)/gi;

/** Names of variables that a text gives a value and whose name says it is a credential: "DB_PASSWORD". */
export function credentialNames(text: string): string[] {
  return [...text.matchAll(assignment)].map(([, name = ""]) => name);
}

/** The text with every secret replaced, so that evidence can quote it. */
export function redactSecrets(text: string): string {
  return [...secretPatterns, ...credentialPatterns]
    .filter(({ onlyIn }) => onlyIn === undefined || onlyIn.test(""))
    .reduce((clean, { name, pattern }) => clean.replaceAll(pattern, `<${name}>`), text)
    .replaceAll(assignment, "$1=<value>")
    .replaceAll(furtherAssignment, "$1=<value>");
}
