import { posix } from "node:path";
import type { FileEntry } from "./observation.ts";
import { prefixed, type SecretPattern } from "./secret-pattern.ts";

// What IMG-SECRET-001 does not know: a released check is never widened.

// Documentation and tests of public packages are full of examples, and whoever wants them has them already.
const own = /^$|^(?!.*\/node_modules\/|\/usr\/(?:local\/)?(?:lib|share|include)\/|\/opt\/yarn-)/;

/** More secrets as they look in content. */
export const credentialPatterns: readonly SecretPattern[] = [
  // JSON in base64 starts with "eyJ": a header, a payload and a signature.
  {
    name: "JSON Web Token",
    needle: ".eyJ",
    pattern: /\beyJ[\w-]{12,}\.eyJ[\w-]{8,}\.[\w-]{20,}/g,
    onlyIn: own,
  },
  // A private key as Kubernetes and cloud-init write it: PEM in base64, "-----BEGIN" and up to three words.
  {
    name: "private key in base64",
    needle: "LS0tLS1CRUdJTi",
    pattern:
      /LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFWS|BSU0EgUFJJVkFURSBLRVktLS0t|BFQyBQUklWQVRFIEtFWS|BPUEVOU1NIIFBSSVZBVEUgS0VZ|BFTkNSWVBURUQgUFJJVkFURSBLRVkt)[\w+/=\s]{80,}/g,
  },
  {
    name: "PGP private key",
    needle: "PGP PRIVATE KEY BLOCK-----",
    pattern: /-----BEGIN PGP PRIVATE KEY BLOCK-----[^-]{64}/g,
    onlyIn: own,
  },
  {
    name: "PuTTY private key",
    needle: "PuTTY-User-Key-File-",
    pattern: /PuTTY-User-Key-File-\d: [\s\S]{20,2000}Private-Lines: \d/g,
    onlyIn: own,
  },
  { name: "age private key", needle: "AGE-SECRET-KEY-1", pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g },
  {
    name: "Azure storage key",
    needle: "AccountKey=",
    pattern: /\bAccountKey=(?!Eby8vdM02xNOcqF)[A-Za-z0-9+/]{86}==/g, // the emulator's key is public
  },
  {
    name: "AWS secret key",
    needle: "aws_secret_access_key",
    pattern: /\baws_secret_access_key["']?\s*[=:]\s*["']?(?![\w/+]*EXAMPLEKEY)[A-Za-z0-9+/]{40}\b/g,
    onlyIn: own,
  },
  ...prefixed("GitLab token", ["glpat-", "gldt-", "glrt-"], "[\\w-]{20,}"),
  ...prefixed("Docker Hub token", ["dckr_pat_", "dckr_oat_"], "[\\w-]{20,}"),
  ...prefixed("PyPI token", ["pypi-AgEI"], "[\\w-]{50,}"),
  ...prefixed("API key of a model provider", ["sk-ant-api", "sk-proj-", "hf_"], "(?=[A-Za-z_-]*\\d)[\\w-]{32,}"),
  ...prefixed("Vault token", ["hvs."], "[\\w-]{24,}"),
  ...prefixed("SendGrid key", ["SG."], "[\\w-]{20,24}\\.[\\w-]{40,}"),
  ...prefixed("DigitalOcean token", ["dop_v1_"], "[0-9a-f]{64}\\b"),
  {
    name: "registry credential",
    needle: '"auth"',
    pattern: /"(?:auth|identitytoken)"\s*:\s*"[\w+/=.-]{8,}"/g,
    onlyIn: /\/(?:\.docker\/config|containers\/auth)\.json$|\.docker(?:cfg|configjson)$/,
  },
  {
    name: "registry credential",
    needle: "_password",
    pattern: /_password\s*=\s*["']?(?!\$\{)[^\s"']{4,}/g,
    onlyIn: /\/\.?npmrc$/,
  },
  {
    name: "registry credential",
    needle: "npmAuth",
    pattern: /npmAuth(?:Token|Ident)["']?\s*:\s*["']?(?!\$\{)[^\s"']{8,}/g,
    onlyIn: /\/\.yarnrc\.ya?ml$/,
  },
  {
    name: "cluster credential",
    needle: "users:",
    pattern: /\b(?:token|password|client-key-data):\s*["']?[^\s"']{8,}/g,
    onlyIn: /\/\.kube\/config$|kubeconfig[^/]*$/,
  },
];

const keystore = /\.(jks|kdbx|keystore|p12|pfx)$/;
const logins = new Set([".envrc", ".git-credentials", ".htpasswd", ".netrc", ".pgpass", ".vault-token", "_netrc"]);
// .env-production beside .env.production, which IMG-SECRET-001 knows.
const environment = /^\.env[-_]\w+$/;

/** What a file is by its name alone: a keystore, a login. Those of public packages are for their tests. */
export function credentialFile({ path, size }: FileEntry): string[] {
  const name = posix.basename(path);
  if (size === 0 || !own.test(path)) return [];
  if (keystore.test(name)) return ["keystore"];
  if (environment.test(name) && !/example|sample|template/.test(name)) return ["environment file"];
  return logins.has(name) ? ["file of logins"] : [];
}

/** Assignments to names of credentials that IMG-SECRET-001 does not know. */
export const furtherAssignment =
  /\b(\w+_(?:PASS|PAT|PWD)|\w*PASSPHRASE|\w*SECRET_KEY\w*|\w*(?:SIGNING|ENCRYPTION|SESSION|MASTER|DEPLOY|SSH|COOKIE|JWT|HMAC)_KEY)=(?:"[^"$/][^"]*"|'[^'$/][^']*'|["']?[^\s"'$/][^\s"']*)/gi;

/** Names of further variables that a text gives a value and whose name says it is a credential: "DB_PASS". */
export function furtherNames(text: string): string[] {
  return [...text.matchAll(furtherAssignment)].map(([, name = ""]) => name);
}
