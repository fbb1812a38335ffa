import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Run } from "pipeline/started";
import { requireTools } from "pipeline/tools";
import { ToolError } from "../errors.ts";
import { freePort, isFree } from "../free-port.ts";
import { ROOT } from "../repository-copy.ts";
import { answers, type Server, start, stop } from "../servers.ts";
import { type Claims, identity } from "./claims.ts";
import { FILES, makeKeys, PASSWORD } from "./keys.ts";
import { publish } from "./tuf.ts";

const exec = promisify(execFile);

/** Tools of it; a test asks `bringTools` for them. */
export const SIGSTORE_TOOLS = ["cosign", "fulcio", "ctlog", "rekor-server", "timestamp-server"] as const;

const PORTS = ["web", "authority", "certificateLog", "log", "logGrpc", "logMetrics", "timestamps"] as const;
type Ports = Record<(typeof PORTS)[number], number>;

/** What its users need of a local Sigstore. */
export type Sigstore = AsyncDisposable & {
  /** With these, `cosign sign --yes IMAGE` signs as in GitHub Actions, and nothing else is said. */
  env: Record<string, string>;
  issuer: string;
  /** Another issuer that the authority accepts and no policy trusts. */
  otherIssuer: string;
  identity: string;
  /** trusted_root.json: with it, verification needs none of the servers. */
  trustedRoot: string;
  signingConfig: string;
  /** URL of the TUF repository, and the file a client trusts first. */
  mirror: string;
  rootJson: string;
  /** What verifiers accept here: policies/trust.json with this issuer, and rebuilt bases. */
  trust: string;
  folder: string;
  servers: readonly Server[];
  /** A token of the issuer with other claims: a real certificate for a wrong identity. */
  token(claims?: Claims, issuer?: string): Promise<string>;
  /** The environment of somebody whose tokens have these other claims, or come from the other issuer. */
  as(claims: Claims, issuer?: string): Record<string, string>;
};

/**
 * Starts a complete Sigstore on free loopback ports: OIDC issuer, certificate authority with its certificate log,
 * transparency log, timestamp authority and TUF repository.
 * @param folder its keys, logs and ports; started again from the same one, it is the same Sigstore
 * @throws PipelineError CONFIGURATION without its tools or for a wrong policies/trust.json, ToolError when a server does not come up
 */
export async function startSigstore(run: Run, folder = join(run.folder, "sigstore")): Promise<Sigstore> {
  requireTools(SIGSTORE_TOOLS);
  const accepted = identity();
  await makeKeys(folder);
  const at = (...path: string[]) => join(folder, ...path);
  for (const name of ["logs", "certificate-log", "transparency-log", "tuf"]) mkdirSync(at(name), { recursive: true });
  const ports = await portsOf(at("ports.json"));
  const url = (port: number, path = "") => `http://127.0.0.1:${port}${path}`;
  const issuer = url(ports.web);
  const secret = randomUUID();
  const servers: Server[] = [];
  const server = (name: string, command: string, args: string[], env?: NodeJS.ProcessEnv) => {
    const started = start(run, name, command, args, at("logs", `${name}.log`), env);
    servers.push(started);
    return started;
  };

  const web = server(
    "issuer",
    process.execPath,
    [join(import.meta.dirname, "web.ts"), `--port=${ports.web}`, `--repository=${at("tuf")}`],
    { ISSUER_SECRET: secret },
  );
  const certificateLog = server("ctlog", "ctlog", [
    ...[`-address=127.0.0.1:${ports.certificateLog}`, `-folder=${at("certificate-log")}`],
    ...[`-key=${at(FILES.certificateLogKey)}`, `-checkpoint-key=${at("certificate-log.note")}`],
    `-root=${at(FILES.authority)}`,
  ]);
  // The log's name must be the host in its URL, else cosign finds no signature of it on the checkpoint.
  const log = server("rekor-server", "rekor-server", [
    ...["serve", "--http-address=127.0.0.1", `--http-port=${ports.log}`, `--http-metrics-port=${ports.logMetrics}`],
    ...["--grpc-address=127.0.0.1", `--grpc-port=${ports.logGrpc}`, "--hostname=127.0.0.1"],
    ...[`--storage-dir=${at("transparency-log")}`, `--signer-filepath=${at(FILES.logKey)}`],
    ...["--checkpoint-interval=500ms", "--batch-max-age=50ms"],
  ]);
  const timestamps = server("timestamp-server", "timestamp-server", [
    ...[`-address=127.0.0.1:${ports.timestamps}`, `-key=${at(FILES.timestampKey)}`, `-password=${PASSWORD}`],
    `-chain=${at(FILES.timestampChain)}`,
  ]);
  await answers(web, `${issuer}/jwks`); // the authority asks its issuers as it starts
  writeFileSync(at("issuers.yaml"), `oidc-issuers:${issuerEntry(issuer)}${issuerEntry(`${issuer}/other`)}`);
  const authority = server("fulcio", "fulcio", [
    ...[
      `-address=127.0.0.1:${ports.authority}`,
      `-config=${at("issuers.yaml")}`,
      `-certificate=${at(FILES.authority)}`,
    ],
    ...[`-key=${at(FILES.authorityKey)}`, `-password=${PASSWORD}`, `-ct-log=${url(ports.certificateLog)}`],
  ]);
  const env = {
    TUF_ROOT: at("client"),
    ACTIONS_ID_TOKEN_REQUEST_URL: tokenUrl(issuer, {}),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
  };
  const stack: Sigstore = {
    env,
    issuer,
    otherIssuer: `${issuer}/other`,
    identity: accepted,
    trustedRoot: at("trusted_root.json"),
    signingConfig: at("signing_config.json"),
    mirror: url(ports.web, "/tuf"),
    rootJson: at("tuf/root.json"),
    trust: at("trust.json"),
    folder,
    servers,
    as: (claims, from = issuer) => ({ ...env, ACTIONS_ID_TOKEN_REQUEST_URL: tokenUrl(from, claims) }),
    token: (claims = {}, from = issuer) => tokenOf(from, secret, claims),
    [Symbol.asyncDispose]: () => stop(servers),
  };
  await describeTrust(stack, ports, url);
  publish(at("tuf"), at("tuf-keys"), {
    "trusted_root.json": readFileSync(stack.trustedRoot),
    "signing_config.v0.2.json": readFileSync(stack.signingConfig),
  });
  await Promise.all([
    exec("cosign", ["initialize", `--mirror=${stack.mirror}`, `--root=${stack.rootJson}`], {
      env: { ...process.env, ...env },
    }),
    answers(authority, url(ports.authority, "/api/v2/trustBundle")),
    answers(certificateLog, url(ports.certificateLog)),
    answers(log, url(ports.log, "/checkpoint")),
    answers(timestamps, url(ports.timestamps, "/ping")),
  ]);
  return stack;
}

/** Ports are part of the issuer's name, which is in every certificate: a second start must have the same. */
async function portsOf(file: string): Promise<Ports> {
  if (existsSync(file)) {
    const ports = JSON.parse(readFileSync(file, "utf8")) as Ports;
    for (const port of Object.values(ports)) {
      if (await isFree(port)) continue;
      const how = `end what listens there, or delete ${dirname(file)} for a new Sigstore, which nothing is signed by`;
      throw new ToolError(`expected port ${port} of ${file} to be free, it is in use: ${how}`);
    }
    return ports;
  }
  const numbers = new Set<number>();
  while (numbers.size < PORTS.length) numbers.add(await freePort());
  const free = [...numbers];
  const ports = Object.fromEntries(PORTS.map((name, index) => [name, free[index]])) as Ports;
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

function issuerEntry(issuer: string): string {
  return `\n  ${issuer}:\n    issuer-url: ${issuer}\n    client-id: sigstore\n    type: github-workflow\n`;
}

/** Writes what verifiers trust, and where signers find the services, by cosign's own commands. */
async function describeTrust(
  stack: Sigstore,
  ports: Ports,
  url: (port: number, path?: string) => string,
): Promise<void> {
  const at = (file: keyof typeof FILES) => join(stack.folder, FILES[file]);
  const since = "start-time=2026-01-01T00:00:00Z";
  const [authority, log] = [url(ports.authority), url(ports.log)];
  const timestamps = url(ports.timestamps, "/api/v1/timestamp");
  await exec("cosign", [
    ...["trusted-root", "create", `--out=${stack.trustedRoot}`],
    `--fulcio=url=${authority},certificate-chain=${at("authority")},${since}`,
    `--ctfe=url=${url(ports.certificateLog)},public-key=${at("certificateLogPublic")},${since}`,
    `--rekor=url=${log},public-key=${at("logPublic")},${since},origin=127.0.0.1`,
    `--tsa=url=${timestamps},certificate-chain=${at("timestampChain")},${since}`,
  ]);
  const service = `${since},operator=local`;
  await exec("cosign", [
    ...["signing-config", "create", `--out=${stack.signingConfig}`],
    `--fulcio=url=${authority},api-version=1,${service}`,
    ...[`--rekor=url=${log},api-version=2,${service}`, "--rekor-config=ANY"],
    ...[`--tsa=url=${timestamps},api-version=1,${service}`, "--tsa-config=ANY"],
    `--oidc-provider=url=${stack.issuer},api-version=1,${service}`,
  ]);
  const production = JSON.parse(readFileSync(join(ROOT, "policies/trust.json"), "utf8")) as { origins: string[] };
  const local = { issuer: stack.issuer, identity: stack.identity, origins: [...production.origins, "local"] };
  writeFileSync(stack.trust, JSON.stringify({ ...production, ...local }, undefined, 2));
}

/** A client appends `&audience=…` to it, so there must be a query already. */
function tokenUrl(issuer: string, claims: Claims): string {
  return `${issuer}/token?${new URLSearchParams({ aud: "sigstore", ...claims })}`;
}

async function tokenOf(issuer: string, secret: string, claims: Claims): Promise<string> {
  const response = await fetch(tokenUrl(issuer, claims), {
    headers: { authorization: `Bearer ${secret}` },
  });
  return ((await response.json()) as { value: string }).value;
}
