import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { attest } from "pipeline/gates/attest";
import { type Gate, type GateResult, linesOf, type Shipment } from "pipeline/gates/gate";
import { runGate } from "pipeline/gates/runner";
import { push, pushed, sign } from "pipeline/gates/sign";
import { readTrust } from "pipeline/gates/trust";
import { verify } from "pipeline/gates/verify";
import { Run } from "pipeline/started";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { built, scanReport } from "../attack-matrix/release.ts";
import { startRegistry } from "../registry.ts";
import { ROOT } from "../repository-copy.ts";
import { stop } from "../servers.ts";
import { pushSmallImage } from "../sigstore/small-image.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { AUDIT_TOOL } from "./audit-tool.ts";
import { type FaultyRegistry, meetingOf, startFaultyRegistry } from "./faulty-registry.ts";

// The four gates that meet a registry and a Sigstore, each with its own script and tools, on one small image: what they
// pass, and that they refuse when registry, identity or log fail them.
const missing = await bringTools([...SIGSTORE_TOOLS, "crane", "docker-registry"]);
const { proves } = unless(missing);
const run = new Run("registry-gates");
// make puts the audit tool on PATH; here a test does.
const withoutTools = process.env["PATH"]?.split(delimiter).filter((folder) => !folder.endsWith("node_modules/.bin"));
const before = { ...process.env, PATH: withoutTools?.join(delimiter) };
let stack: Sigstore;
let registry: FaultyRegistry;
let shipment: Shipment;
/** The registry behind it, for what waits without letting this process answer. */
let behind = "";

beforeAll(async () => {
  if (missing !== undefined) return;
  behind = await startRegistry(run);
  [stack, registry] = await Promise.all([startSigstore(run), startFaultyRegistry(behind)]);
  shipment = prepared();
});
afterEach(() => {
  process.env = { ...before };
  if (registry) Object.assign(registry, { fault: undefined, hold: undefined });
});
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
  run.close();
});

/** What the gates before these wrote, of a small image. */
function prepared(): Shipment {
  const { root, record } = built(run.folder);
  const repository = `${registry.address}/app`;
  const out = join(run.folder, "pipeline");
  for (const gate of ["sbom", "scan", "image"]) mkdirSync(join(out, gate), { recursive: true });
  mkdirSync(join(root, "policies"));
  for (const policy of ["vulnerabilities.yaml", "bases.json"])
    copyFileSync(join(ROOT, "policies", policy), join(root, "policies", policy));
  execFileSync("crane", ["pull", pushSmallImage(`${behind}/other`, "small"), join(out, "sbom/image.tar")]);
  const node = { name: "node", versionInfo: "24.21.0" };
  const report = { image: { id: record.imageId }, results: [{ id: "RUN-USER-001", outcome: { status: "pass" } }] };
  const files = {
    "sbom/sbom.spdx.json": { spdxVersion: "SPDX-2.3", packages: [node] },
    "sbom/sbom.cdx.json": { bomFormat: "CycloneDX", components: [node] },
    "scan/scan.json": scanReport(),
    "image/report.json": report,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(out, name), JSON.stringify(content));
  const trust = join(run.folder, "trust.json");
  writeFileSync(trust, JSON.stringify({ ...readTrust(stack.trust), repositories: [repository] }));
  const { issuer, identity } = stack;
  return { root, scripts: join(ROOT, "pipeline/gates"), out, repository, trust, issuer, identity, record };
}

/** Judges a gate anew, as whoever has this environment. */
async function judge(gate: Gate, env: Record<string, string> = stack.env): Promise<GateResult> {
  rmSync(join(shipment.out, gate.name, "result.json"), { force: true });
  process.env = { ...before, ...env };
  if (gate !== push) shipment.subject = pushed(shipment.out);
  return (await runGate(run, gate, shipment))[0];
}
const passed = { verdict: "pass", evidence: [] };
const refused = (reason: RegExp) => ({ verdict: "fail", reason: expect.stringMatching(reason) as string });

/** A Sigstore of the same kind in which one server has ended. */
async function without(server: string): Promise<Sigstore> {
  const broken = await startSigstore(run, join(run.folder, `without-${server}`));
  await stop(broken.servers.filter(({ name }) => name === server));
  return broken;
}

proves("push: a registry that refuses what it is sent, and one that gives back other bytes", async () => {
  registry.fault = (line) => (/^PUT .*\/manifests\//.test(line) ? "refuses" : undefined);
  expect(await judge(push)).toMatchObject(refused(/^push.sh ended with 1: .*DENIED: refused by this test/));
  registry.fault = (line) => (/^GET .*\/blobs\//.test(line) ? "alters" : undefined);
  expect(await judge(push)).toMatchObject(refused(/^push.sh ended with 1: .*validating layers/));
  registry.fault = undefined;
  expect(await judge(push)).toMatchObject(passed);
  expect(pushed(shipment.out)).toMatch(/^127\.0\.0\.1:\d+\/app@sha256:[0-9a-f]{64}$/);
});

proves("sign: nobody's identity, and no authority, log or timestamp; nothing of it reaches the registry", async () => {
  registry.asked.length = 0;
  const { TUF_ROOT = "" } = stack.env;
  expect(await judge(sign, { TUF_ROOT })).toMatchObject(refused(/^sign.sh ended with 1: .*retrieving ID token/));
  for (const [server, words] of Object.entries({
    fulcio: /signingCert.*connection refused/,
    "rekor-server": /log\/entries.*connection refused/,
    "timestamp-server": /timestamp.*connection refused/,
  })) {
    await using broken = await without(server);
    expect(await judge(sign, broken.env), server).toMatchObject(refused(words));
  }
  expect(registry.asked.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
  registry.fault = (line) => (/^PUT .*\/manifests\/sha256-/.test(line) ? "refuses" : undefined);
  expect(await judge(sign)).toMatchObject(refused(/DENIED/));
  registry.fault = undefined;
  expect(await judge(sign)).toMatchObject(passed);
});

proves("attest: a registry that loses a statement and says it has it", async () => {
  let stored = 0;
  // The list of statements is read, extended and written back: one write less is one statement less.
  registry.fault = (line) => {
    if (!/^PUT .*\/manifests\/sha256-/.test(line)) return undefined;
    stored += 1;
    return stored === 3 ? "loses" : undefined;
  };
  expect(await judge(attest)).toMatchObject(refused(/^the registry has lost a statement: provenance$/));
  registry.fault = undefined;
  expect(await judge(attest)).toMatchObject({
    ...passed,
    reason: expect.stringMatching(/^5 attestations, \d+ statements in the registry; audit report/) as string,
  });
});

/** The list of statements is written back under this tag. */
const LIST = /^PUT .*\/manifests\/sha256-/;

/** Somebody else attests, beside whatever goes on. @returns the exit code */
async function attestApart(image: string, name: string): Promise<number | null> {
  const predicate = join(run.folder, `${name}.json`);
  writeFileSync(predicate, JSON.stringify({ spdxVersion: "SPDX-2.3", name, packages: [{ name: "node" }] }));
  const args = ["attest", "--yes", "--type=https://spdx.dev/Document", `--predicate=${predicate}`, image];
  const child = run.spawn("cosign", args, { env: { ...before, ...stack.env }, stdio: "ignore" });
  return ((await once(child, "close")) as [number | null])[0];
}

proves("two that attest at once lose one, and both report success; one after the other lose none", async () => {
  const there = pushSmallImage(`${behind}/raced`, "raced");
  const image = there.replace(behind, registry.address);
  const count = () =>
    execFileSync("cosign", ["download", "attestation", there], { encoding: "utf8" }).match(/\n/g)?.length;
  registry.hold = meetingOf(LIST);
  expect(await Promise.all(["first", "second"].map((name) => attestApart(image, name)))).toEqual([0, 0]);
  expect(count()).toBe(1);
  registry.hold = undefined;
  for (const name of ["third", "fourth"]) expect(await attestApart(image, name)).toBe(0);
  expect(count()).toBe(3);
});

proves("attest: another one who attests at the same time, whose statement comes in the place of ours", async () => {
  // An SBOM that no earlier statement repeats. The other one has read the list when the gate begins, and writes it once the gate has written its first statement.
  const ours = { spdxVersion: "SPDX-2.3", name: "ours", packages: [{ name: "node" }] };
  writeFileSync(join(shipment.out, "sbom/sbom.spdx.json"), JSON.stringify(ours));
  const [hasRead, mayWrite] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const other = attestApart(shipment.subject ?? "", "apart");
  const next = [
    {
      of: LIST,
      does: () => {
        hasRead.resolve();
        return mayWrite.promise;
      },
    },
    { of: LIST, does: () => Promise.resolve() },
    {
      of: /./,
      does: async () => {
        mayWrite.resolve();
        await other;
      },
    },
  ];
  registry.hold = (line) => (next[0]?.of.test(line) ? next.shift()?.does() : undefined);
  await hasRead.promise;
  const result = await judge(attest);
  expect(await other).toBe(0);
  expect(result).toMatchObject(refused(/^the registry has lost a statement: spdx$/));
  const [was, is] = ["before", "after"].map((file) => linesOf(join(shipment.out, `attest/${file}.jsonl`)).length);
  expect(is).toBe((was ?? 0) + 5); // as many as if nothing had been lost
});

proves("verify: passes, and refuses the same image once its digest is revoked", async () => {
  const alone = expect.stringMatching(/^\d+ statements of 6 types, .*; no second verifier is installed$/) as string;
  expect(await judge(verify)).toMatchObject({ ...passed, reason: alone });
  const trusted = readTrust(shipment.trust);
  const digest = shipment.subject?.split("@")[1] ?? "";
  writeFileSync(shipment.trust, JSON.stringify({ ...trusted, revoked: [digest] }));
  expect(await judge(verify)).toMatchObject(refused(/is revoked$/));
  writeFileSync(shipment.trust, JSON.stringify(trusted));
});

proves("verify asks a second verifier where it is installed, and what that one refuses is refused", async () => {
  const env = { ...stack.env, PATH: AUDIT_TOOL.PATH };
  const again = expect.stringMatching(/^\d+ statements of 6 types, .*; 12 checks again$/) as string;
  expect(await judge(verify, env)).toMatchObject({ ...passed, reason: again });
  // Which bases are approved is in its list alone.
  const file = join(shipment.root, "policies/bases.json");
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, bases: ["another/base"] }));
  expect(await judge(verify, env)).toMatchObject(refused(/^the second verifier refuses it: SUP-BASE-001$/));
  expect(await judge(verify)).toMatchObject(passed);
});
