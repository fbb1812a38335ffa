import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { readTrust } from "pipeline/gates/trust";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll } from "../git.ts";
import { startRegistry } from "../registry.ts";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { advisories, fixtureDatabase } from "../scan-fixture/database.ts";
import { stop } from "../servers.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { AUDIT_TOOL } from "./audit-tool.ts";
import { type FaultyRegistry, startFaultyRegistry } from "./faulty-registry.ts";
import { tracesOf } from "./secret-traces.ts";

// The whole pipeline on a copy of the repository, once for each gate, in their order. What that gate watches is spoilt:
// it refuses in its own words, and nothing behind it runs. The next run passes it, since the spoil is lifted, and stops one
// gate further; the last one passes them all. What passed before is taken from its stored result, so this is quick.
const missing = await bringTools(["syft", "grype", "crane", "docker-registry", ...SIGSTORE_TOOLS]);
const { named } = unless(missing);
const GATES = ["lock", "audit", "sbom", "scan", "image", "push", "sign", "attest", "verify"];
const IMAGE = "hardened-node-api:every-gate";

const run = new Run("every-gate");
const copy = new RepositoryCopy();
/** In everything secret that the pipeline is given. */
const canary = `canary-${randomBytes(16).toString("hex")}`;
let stack: Sigstore;
let broken: Sigstore;
let registry: FaultyRegistry;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  if (missing !== undefined) return;
  asClone();
  const behind = await startRegistry(run);
  registry = await startFaultyRegistry(behind);
  stack = await startSigstore(run);
  broken = await startSigstore(run, join(run.folder, "without-log"));
  await stop(broken.servers.filter(({ name }) => name === "rekor-server"));
  const TRUST = join(run.folder, "trust.json");
  const repository = `${registry.address}/hardened-node-api`;
  writeFileSync(TRUST, JSON.stringify({ ...readTrust(stack.trust), repositories: [repository] }));
  env = {
    ...process.env,
    ...{ ...AUDIT_TOOL, REPOSITORY: repository, TRUST },
    ...(await fixtureDatabase(run, join(run.folder, "clean"))),
    ...stack.as({ nonce: canary }),
    ...secrets(),
  };
});

afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
  await broken?.[Symbol.asyncDispose]();
  copy[Symbol.dispose]();
  run.close();
  execFileSync("docker", ["image", "rm", "--force", IMAGE], { stdio: "ignore" });
});

/** A clone with what set-up brings, and a tag of its own for its image. */
function asClone(): void {
  copy.replace("docker-bake.hcl", '"hardened-node-api:stage-4"', `"${IMAGE}"`);
  copy.install("", "pipeline");
  commitAll(copy.root);
}

/** What a runner is trusted with: passwords of registries, tokens, the certificate of a build. */
function secrets(): Record<string, string> {
  const docker = join(run.folder, "docker");
  mkdirSync(docker);
  const auth = Buffer.from(`user:${canary}`).toString("base64");
  writeFileSync(join(docker, "config.json"), JSON.stringify({ auths: { [registry.address]: { auth } } }));
  const bundle = process.env["NODE_EXTRA_CA_CERTS"] ?? "/etc/ssl/certs/ca-certificates.crt";
  const certificates = join(run.folder, "ca.pem");
  writeFileSync(certificates, `${readFileSync(bundle, "utf8")}\n${canary}\n`); // readers skip what is no certificate
  const registryAuth = { REGISTRY_AUTH_USERNAME: "user", REGISTRY_AUTH_PASSWORD: canary, REGISTRY_AUTH_TOKEN: canary };
  const scanners = Object.entries(registryAuth).flatMap(([name, value]) =>
    ["SYFT", "GRYPE"].map((tool) => [`${tool}_${name}`, value]),
  );
  return {
    ...{ DOCKER_CONFIG: docker, NODE_EXTRA_CA_CERTS: certificates, GITHUB_TOKEN: canary, NPM_TOKEN: canary },
    ...Object.fromEntries(scanners),
  };
}

async function pipeline(changes: NodeJS.ProcessEnv = {}) {
  const args = ["pipeline/gates/main.ts", "--bases", join(ROOT, "out/bases.json")];
  const options = { cwd: copy.root, env: { ...env, ...changes }, stdio: ["ignore", "pipe", "pipe"] as const };
  const child = run.spawn("node", args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const printed = Promise.all([child.stdout, child.stderr].map(async (stream) => (stream ? await text(stream) : "")));
  const [status] = (await once(child, "close")) as [number | null];
  const [stdout = "", stderr = ""] = await printed;
  const verdicts = [...stdout.matchAll(/^│ (\w+) +│ (pass|fail|skipped) /gm)].map(([, ...row]) => row.join(" "));
  const results = globSync("out/pipeline/*.json", { cwd: copy.root }).map((file) => basename(file, ".json"));
  return { status, output: `${stdout}${stderr}`, verdicts, results };
}

function vulnerableDebian() {
  const records = advisories().map((one) => (one.provider === "debian" ? JSON.stringify(one) : ""));
  const grave = records.filter(Boolean).map((one) => JSON.parse(one.replace('"Low"', '"Critical"')) as never);
  return fixtureDatabase(run, join(run.folder, "debian"), [
    ...advisories().filter(({ provider }) => provider !== "debian"),
    ...grave,
  ]);
}

/** Spoils something, and gives the environment that goes with it; `lift` undoes it. */
type Spoil = {
  gate: string;
  what: string;
  words: RegExp;
  spoil(): Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv | undefined;
  lift?: () => void;
};
const LOCK = "pnpm-lock.yaml";
const lockFile = readFileSync(join(copy.root, LOCK), "utf8");
const lifts = () => {
  registry.fault = undefined;
};

const spoils: Spoil[] = [
  {
    gate: "lock",
    what: "a package from git",
    words: /express@\S+ is .*expected a sha512 integrity alone/,
    spoil: () => {
      copy.replace(LOCK, /^( {2}express@5.*:\n {4}resolution: )\{.*$/m, "$1{type: git, repo: x, commit: y}");
      return undefined;
    },
    lift: () => copy.write(LOCK, lockFile),
  },
  {
    gate: "audit",
    what: "a critical finding in a development tool that does not ship",
    words: /Critical: GHSA-fixt-ures-0000 in vitest/,
    spoil: () => fixtureDatabase(run, join(run.folder, "vitest"), advisories("vitest")),
  },
  {
    gate: "sbom",
    what: "a scanner told to overlook a package",
    words: /the SBOM does not name pkg:npm\/express@/,
    spoil: () => {
      copy.write(".syft.yaml", 'exclude: ["**/node_modules/express/**"]\n');
      return undefined;
    },
    lift: () => rmSync(join(copy.root, ".syft.yaml")),
  },
  {
    gate: "scan",
    what: "a critical finding in the distribution, which no lock file names",
    words: /Critical: CVE-2026-900001 in libc/,
    spoil: vulnerableDebian,
  },
  {
    gate: "image",
    what: "an image bigger than it may be",
    words: /not passed: IMG-SIZE-001/,
    spoil: () => ({ MAX_BYTES: "1000" }),
  },
  {
    gate: "push",
    what: "a registry that gives back another layer",
    words: /push.sh ended with 1: .*validating layers/,
    spoil: () => {
      registry.fault = (line) => (/^GET .*\/blobs\//.test(line) ? "alters" : undefined);
      return undefined;
    },
    lift: lifts,
  },
  {
    gate: "sign",
    what: "a transparency log that does not answer",
    words: /sign.sh ended with 1: .*log\/entries.*connection refused/,
    spoil: () => broken.env,
  },
  {
    gate: "attest",
    what: "a registry that loses a statement",
    words: /the registry has lost a statement: \w+$/,
    spoil: () => {
      let stored = 0;
      registry.fault = (line) => {
        if (!/^PUT .*\/manifests\/sha256-/.test(line)) return undefined;
        stored += 1;
        return stored === 2 ? "loses" : undefined;
      };
      return undefined;
    },
    lift: lifts,
  },
  {
    gate: "verify",
    what: "a digest that is revoked",
    words: /sha256:[0-9a-f]{64} is revoked/,
    spoil: () => {
      const TRUST = join(run.folder, "revoking.json");
      const digest = readFileSync(join(copy.root, "out/pipeline/push/reference"), "utf8").trim().split("@")[1];
      writeFileSync(TRUST, JSON.stringify({ ...readTrust(env["TRUST"] ?? ""), revoked: [digest] }));
      return { TRUST };
    },
  },
];

describe.skipIf(missing !== undefined)(named("each gate"), () => {
  test("has its row, in their order", () => {
    expect(spoils.map(({ gate }) => gate)).toEqual(GATES);
  });

  test.each(spoils)("$gate refuses $what, and no later gate runs", async ({ gate, words, spoil, lift }) => {
    registry.asked.length = 0;
    const changes = await spoil();
    const { status, output, verdicts, results } = await pipeline(changes);
    lift?.();
    const until = GATES.slice(0, GATES.indexOf(gate) + 1);
    expect(verdicts, output).toEqual(until.map((name) => `${name} ${name === gate ? "fail" : "pass"}`));
    expect(status, output).toBe(1);
    const row = JSON.parse(readFileSync(join(copy.root, `out/pipeline/${gate}.json`), "utf8")) as { reason: string };
    expect(row.reason).toMatch(words);
    expect(new Set(results)).toEqual(new Set(until));
    // Nothing was written to the registry before its gate: neither the image nor a statement about it.
    const written = registry.asked.filter((line) => line.startsWith("PUT ") && line.includes("/manifests/"));
    if (!until.includes("push")) expect(registry.asked).toEqual([]);
    if (!until.includes("attest")) expect(written.filter((line) => line.includes("/sha256-"))).toEqual([]);
  });

  test("all pass once nothing is spoilt; nothing secret is in what they leave", async () => {
    const { status, output, verdicts } = await pipeline();
    expect(verdicts, output).toEqual(GATES.map((name) => `${name} pass`));
    expect(status).toBe(0);
    expect(output).not.toContain(canary);
  });

  test("a refusal leaves no result of a later gate, and what passed before is stored still", async () => {
    const [ofLock, , , , ofImage] = spoils;
    await ofLock?.spoil();
    const { results } = await pipeline();
    ofLock?.lift?.();
    expect(results).toEqual(["lock"]);
    const { output, results: reached } = await pipeline(await ofImage?.spoil());
    expect(new Set(reached)).toEqual(new Set(GATES.slice(0, GATES.indexOf("image") + 1)));
    const times = [...output.matchAll(/^│ (\w+) +│ (?:pass|fail) +│ (stored|\d)/gm)].map(([, gate, time]) => [
      gate,
      time,
    ]);
    const stored = times.filter(([, time]) => time === "stored").map(([gate]) => gate);
    expect(stored, output).toEqual(["audit", "sbom", "scan"]);
  });
});

describe.skipIf(missing !== undefined)(named("a secret of the run"), () => {
  const places = () => {
    const requestToken = stack.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] ?? "";
    const logs = ["transparency-log", "certificate-log"].map((name) => join(stack.folder, name));
    return tracesOf({ canary, requestToken }, join(copy.root, "out/pipeline"), join(run.folder, "registry"), ...logs);
  };

  test("is in no result, log, SBOM, predicate, blob of the registry or public log", () => {
    const { found, files } = places();
    expect(found).toEqual([]);
    expect(files).toBeGreaterThan(100);
  });

  test.each(["out/pipeline/sign.log", "out/pipeline/attest/provenance.json"])(
    "is found when it is in %s",
    async (name) => {
      const file = join(copy.root, name);
      const clean = readFileSync(file, "utf8");
      const token = await stack.token({ nonce: canary });
      writeFileSync(file, `${clean}${token}`);
      expect(places().found).toEqual([`canary in ${name.replace("out/pipeline/", "")}`]);
      writeFileSync(file, clean);
    },
  );
});
