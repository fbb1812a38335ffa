import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { credentialNames, redactSecrets, secretsIn } from "./secrets.ts";

const pem = (type: "ed25519" | "rsa"): string => {
  const pair = type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  return pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
};
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const encrypted = rsa.privateKey.export({ type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
// Put together here, so that no scanner of this repository finds them.
const body = "a1B2".repeat(9);

test.each([
  ["private key", pem("ed25519"), "/k"],
  ["private key", pem("rsa"), "/k"],
  ["private key", encrypted.toString(), "/k"],
  ["private key", JSON.stringify({ key: pem("rsa") }), "/service-account.json"],
  ["AWS access key", `id = ${"AKIA"}${"A1B2".repeat(4)}`, "/k"],
  ["GitHub token", `${"ghp"}_${body}`, "/k"],
  ["GitHub token", `${"github"}_pat_${body}${body}`, "/k"],
  ["GitHub token", `${"ghs"}_${body}`, "/k"],
  ["AWS access key", `id = ${"ASIA"}${"A1B2".repeat(4)}`, "/k"],
  ["Slack token", `${"xoxb"}-1234567890-${body}`, "/k"],
  ["Slack webhook", `https://hooks.${"slack"}.com/services/T0A1/B0A1/${body}`, "/k"],
  ["Google API key", `key=${"AIza"}${body.slice(0, 35)}`, "/k"],
  ["Stripe key", `${"sk"}_live_${body}`, "/k"],
  ["URL with a password", "postgres://app:hunter2@db:5432/app", ""],
  ["URL with a password", "url: 'redis://:p#w?1@[::1]/0'", "/app/config/production.yaml"],
  ["URL with a password", "url = https://a:b@h", "/usr/src/app/settings.ini"],
  ["URL with a password", "DATABASE_URL=mysql://root:password@db/app", "/app/.env.production"],
  ["npm token", `${"npm"}_${body}`, "/k"],
  ["registry credential", `//registry.example/:_authToken=${body}`, "/root/.npmrc"],
  ["canary", `HNA_DECOY_${"ab".repeat(8)}`, "/k"],
])("finds a %s", (name, content, path) => {
  expect(secretsIn(Buffer.from(content), path)).toEqual([name]);
});

test.each([
  ["a certificate", `-----BEGIN CERTIFICATE-----\n${body}${body}\n-----END CERTIFICATE-----`, "/etc/ssl/ca.pem"],
  ["a public key", rsa.publicKey.export({ type: "spki", format: "pem" }).toString(), "/k"],
  ["a program that reads keys", 'const head = "-----BEGIN PRIVATE KEY-----"; const tail = "-----END";', "/pem.js"],
  ["the key of AWS's documentation", `${"AKIA"}IOSFODNN7EXAMPLE`, "/k"],
  ["an npm variable", "npm_config_registry npm_package_version", "/k"],
  ["a reference to a token", `//registry.example/:_authToken=${"$"}{NPM_TOKEN}`, "/root/.npmrc"],
  ["a URL without a password", "https://git@example.com:8443/x https://example.com:80/@scope/x", ""],
  ["a place for a password", `postgres://app:${"$"}{PW}@db https://<user>:<password>@host`, ""],
  ["a URL in code", "http://user:pass@example.com", "/app/main.js"],
  ["a URL in a public package", "http://user:pass@example.com", "/app/node_modules/url/test.json"],
  ["Slack's placeholder", `https://hooks.${"slack"}.com/services/T00000000/B00000000/${"X".repeat(24)}`, "/k"],
  ["a placeholder", "xoxb-your-token-here", "/k"],
  ["a Stripe test key", `${"sk"}_test_${body}`, "/k"],
  ["a manual about tokens", "//registry.example/:_authToken=MYTOKEN123", "/npm/docs/npmrc.md"],
])("does not take %s for a secret", (_, content, path) => {
  expect(secretsIn(Buffer.from(content), path)).toEqual([]);
});

test("finds credentials by their name, when they have a value of their own", () => {
  expect(credentialNames("|2 NPM_TOKEN=abc DB_PASSWORD='p w' /bin/sh -c build")).toEqual(["NPM_TOKEN", "DB_PASSWORD"]);
  expect(credentialNames("pgpassword=x apiKey=y")).toEqual(["pgpassword", "apiKey"]);
  expect(credentialNames('TOKEN="$(cat /run/secrets/x)" API_KEY=/run/secrets/k SECRET= NPM_TOKEN_FILE=x')).toEqual([]);
});

test("replaces every secret in a line", () => {
  expect(redactSecrets("token='one two' https://u:hunter2@hunter2@h/x")).toBe(
    "token=<value> <URL with a password>@h/x",
  );
  const token = `${"ghp"}_${body}`;
  const line = redactSecrets(`RUN |1 DB_PASSWORD=hunter2 curl ${token} ${token}`);
  expect(line).toBe("RUN |1 DB_PASSWORD=<value> curl <GitHub token> <GitHub token>");
});
