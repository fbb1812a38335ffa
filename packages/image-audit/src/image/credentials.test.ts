import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { file } from "../../test/observation.ts";
import { credentialFile, credentialPatterns, furtherNames } from "./credentials.ts";
import { redactSecrets, secretsIn } from "./secrets.ts";

const found = (text: string, path: string) => secretsIn(Buffer.from(text), path, credentialPatterns);
const base64 = (text: string) => Buffer.from(text).toString("base64");
// Put together here, so that no scanner of this repository finds them.
const body = "a1B2".repeat(12);
const jwt = `${base64(JSON.stringify({ alg: "HS256" })).replaceAll("=", "")}.${base64(JSON.stringify({ sub: "42" })).replaceAll("=", "")}.${body.slice(0, 43)}`;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const cipher = { cipher: "aes-256-cbc", passphrase: "x" };

test.each([
  ["JSON Web Token", `token: ${jwt}`, "/app/config.json"],
  ["private key in base64", base64(rsa.export({ type: "pkcs8", format: "pem" }).toString()), "/k"],
  ["private key in base64", base64(rsa.export({ type: "pkcs1", format: "pem" }).toString()), "/k"],
  ["private key in base64", base64(ec.export({ type: "sec1", format: "pem" }).toString()), "/k"],
  ["private key in base64", base64(rsa.export({ type: "pkcs8", format: "pem", ...cipher }).toString()), "/k"],
  ["private key in base64", base64(`${"-----BEGIN"} OPENSSH PRIVATE KEY-----\n${body}${body}`), "/k"],
  ["PGP private key", `${"-----BEGIN"} PGP PRIVATE KEY BLOCK-----\n\n${body}${body}`, "/k"],
  ["PuTTY private key", `${"PuTTY"}-User-Key-File-3: ssh-ed25519\n${body}\nPrivate-Lines: 1`, "/k.ppk"],
  ["age private key", `${"AGE-SECRET"}-KEY-1${"A1B2".repeat(14)}C3`, "/k"],
  ["Azure storage key", `${"AccountKey"}=${"a1B2".repeat(21)}cD==;`, "/app/settings"],
  ["AWS secret key", `${"aws_secret"}_access_key = ${body.slice(0, 40)}`, "/root/.aws/credentials"],
  ["GitLab token", `${"glpat"}-${body.slice(0, 20)}`, "/k"],
  ["Docker Hub token", `${"dckr"}_pat_${body.slice(0, 27)}`, "/k"],
  ["PyPI token", `${"pypi"}-AgEI${body}${body}`, "/k"],
  ["API key of a model provider", `${"sk-ant"}-api03-${body}`, "/k"],
  ["Vault token", `${"hvs"}.${body}`, "/k"],
  ["SendGrid key", `${"SG"}.${body.slice(0, 22)}.${body.slice(0, 43)}`, "/k"],
  ["DigitalOcean token", `${"dop"}_v1_${"0f".repeat(32)}`, "/k"],
  ["registry credential", `{"auths":{"r.example":{"auth":"${base64("user:hunter2")}"}}}`, "/root/.docker/config.json"],
  ["registry credential", "//r.example/:_password=aHVudGVyMg", "/root/.npmrc"],
  ["registry credential", "npmAuthToken: abcdef-123456", "/app/.yarnrc.yml"],
  ["cluster credential", "users:\n- user:\n    token: hunter2hunter2", "/root/.kube/config"],
])("%s, named and its content never kept", (name, text, path) => {
  expect(found(text, path)).toEqual([name]);
});

test.each([
  ["two parts are no token", jwt.split(".").slice(0, 2).join("."), "/app/a"],
  ["a public package's example", jwt, "/app/node_modules/jose/README.md"],
  ["a certificate in base64", base64(`-----BEGIN CERTIFICATE-----\n${body}${body}`), "/k"],
  ["the key that AWS prints", `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`, "/k"],
  ["a reference", `npmAuthToken: ${"$"}{NPM_TOKEN}`, "/app/.yarnrc.yml"],
  ["a config.json of something else", '{"auth":"basic-auth-name"}', "/app/config.json"],
  ["a cluster file that asks a program", "users:\n- user:\n    exec:\n      command: aws", "/root/.kube/config"],
])("none: %s", (_, text, path) => {
  expect(found(text, path)).toEqual([]);
});

test.each([
  ["/app/.env-production", "environment file"],
  ["/app/cert.p12", "keystore"],
  ["/root/.netrc", "file of logins"],
  ["/app/.envrc", "file of logins"],
])("%s is one by its name", (path, kind) => {
  expect(credentialFile(file(path))).toEqual([kind]);
  expect(credentialFile(file(path, { size: 0 }))).toEqual([]);
  expect(credentialFile(file(`/app/node_modules/x/test${path}`))).toEqual([]);
});

test("names of variables that say it, with a value; the value is replaced in what is quoted", () => {
  const text = "DB_PASS=hunter2 SESSION_KEY='hunter2' SECRET_KEY_BASE=hunter2 GPG_PASSPHRASE=hunter2 GH_PAT=hunter2";
  expect(furtherNames(text)).toEqual(["DB_PASS", "SESSION_KEY", "SECRET_KEY_BASE", "GPG_PASSPHRASE", "GH_PAT"]);
  expect(redactSecrets(text)).not.toContain("hunter2");
  expect(furtherNames("OLDPWD=/app PWD=x DB_PASS=$DB_PASS COOKIE_KEY=/run/secrets/k BYPASS=1 PUBLIC_KEY=x")).toEqual(
    [],
  );
});
