import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workflowClaims } from "./claims.ts";

// Two of the local Sigstore's parts in one process: the OIDC issuer, as GitHub Actions has one, and the TUF repository.
// Its tokens say whatever the query asks for: that is how identity attacks get a real certificate for a wrong name.
const { values } = parseArgs({ options: { port: { type: "string" }, repository: { type: "string" } } });
const SECRET = process.env["ISSUER_SECRET"] ?? "";
const ISSUER = `http://127.0.0.1:${values.port}`;
const MINUTES_10 = 600;

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = { ...publicKey.export({ format: "jwk" }), kid: "local", alg: "ES256", use: "sig" };

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(issuer: string, overrides: Record<string, string>): string {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now - 5, exp: now + MINUTES_10, jti: randomUUID() };
  const body = `${part({ alg: "ES256", kid: "local", typ: "JWT" })}.${part({ ...workflowClaims(), ...overrides, ...times, iss: issuer })}`;
  return `${body}.${sign("sha256", Buffer.from(body), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

const discovery = (issuer: string) => ({
  issuer,
  jwks_uri: `${ISSUER}/jwks`,
  authorization_endpoint: `${ISSUER}/none`,
  token_endpoint: `${ISSUER}/none`,
  response_types_supported: ["id_token"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["ES256"],
});

function json(response: ServerResponse, value: object): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

function file(response: ServerResponse, path: string): void {
  const found =
    /^[\w.-]+(\/[\w.-]+)?$/.test(path) && !path.includes("..") && existsSync(join(values.repository ?? "", path));
  if (found) createReadStream(join(values.repository ?? "", path)).pipe(response);
  else response.writeHead(404).end();
}

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", ISSUER);
  // One issuer is trusted by policies, /other only by the certificate authority.
  const issuer = pathname.startsWith("/other/") ? `${ISSUER}/other` : ISSUER;
  const path = pathname.replace(/^\/other/, "");
  if (path === "/.well-known/openid-configuration") return json(response, discovery(issuer));
  if (path === "/jwks") return json(response, { keys: [jwk] });
  if (path.startsWith("/tuf/")) return file(response, path.slice("/tuf/".length));
  if (path !== "/token") return response.writeHead(404).end();
  // cosign writes "bearer", GitHub's own toolkit "Bearer"
  if (request.headers.authorization?.toLowerCase() !== `bearer ${SECRET}`) return response.writeHead(401).end();
  const { audience: _, ...overrides } = Object.fromEntries(searchParams); // cosign appends it; aud is a claim already
  return json(response, { count: 1, value: token(issuer, overrides) });
}).listen(Number(values.port), "127.0.0.1");
