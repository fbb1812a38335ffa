import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { checks, judge, observe } from "image-audit";
import { CANARY } from "ladder";
import { build } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IsolatedEngine, whyNot } from "./engines/isolated.ts";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";
import { unless } from "./unless.ts";

// A build secret handed by mount leaves no trace; handed in any other way it stays, and this says where.
const run = new Run("build-secrets");
const canary = CANARY + randomBytes(16).toString("hex");
const tag = "hardened-node-api:build-secrets";
const reason = whyNot();
let engine: IsolatedEngine | undefined;

beforeAll(async () => {
  writeFileSync(join(run.folder, "canary"), canary);
  if (reason !== undefined) return;
  // Attestations and cache export need the containerd image store.
  engine = await IsolatedEngine.start(run, { features: { "containerd-snapshotter": true } });
  const { bases } = JSON.parse(readFileSync(join(ROOT, "out/bases.json"), "utf8")) as {
    bases: Record<string, { context?: string }>;
  };
  const [ref = "", base] = Object.entries(bases).find(([name]) => name.includes("slim")) ?? [];
  const image = base?.context?.replace("docker-image://", "") ?? ref;
  const id = execFileSync("docker", ["image", "inspect", "--format={{.Id}}", image], { encoding: "utf8" }).trim();
  engine.load(id, "hardened-node-api-secrets:base");
});

afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  run.close();
  spawnSync("docker", ["image", "rm", "--force", tag, `${tag}-beside`]);
});

/** Builds with provenance and cache export, and names the places where the canary is. */
function placesAfter(name: string, dockerfile: string, ...args: string[]): string[] {
  const folder = join(run.folder, name);
  const context = join(folder, "context");
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, "Dockerfile"), `FROM hardened-node-api-secrets:base\n${dockerfile}\n`);
  writeFileSync(join(context, "token"), canary);
  const outputs = ["--output=type=oci,tar=false,dest=image", "--cache-to=type=local,dest=cache,mode=max"];
  const all = [
    "buildx",
    "build",
    "--no-cache",
    "--progress=plain",
    "--provenance=mode=max",
    ...outputs,
    ...args,
    context,
  ];
  const env = { ...process.env, DOCKER_HOST: engine?.host };
  const { status, stderr } = spawnSync("docker", all, { cwd: folder, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const places = new Set(stderr.includes(canary) ? ["log"] : []);
  for (const where of ["image", "cache"])
    for (const kind of kindsIn(join(folder, where))) places.add(`${where}: ${kind}`);
  return [...places].toSorted((a, b) => a.localeCompare(b));
}

function kindsIn(folder: string): string[] {
  const blobs = globSync("blobs/sha256/*", { cwd: folder });
  expect(blobs.length, folder).toBeGreaterThan(2);
  return blobs.flatMap((blob) => {
    const stored = readFileSync(join(folder, blob));
    const layer = stored[0] === 0x1f && stored[1] === 0x8b;
    if (!(layer ? gunzipSync(stored) : stored).includes(canary)) return [];
    if (layer) return ["layer"];
    return [stored.includes("slsa.dev/provenance") ? "provenance" : "configuration"];
  });
}

const { named, maybe } = unless(reason);
const secret = () => `--secret=id=canary,src=${join(run.folder, "canary")}`;
const mounted = "RUN --mount=type=secret,id=canary";

maybe(named("by mount: in no layer, configuration, provenance, cache or log"), () => {
  const used = `${mounted} test -s /run/secrets/canary && sha256sum /run/secrets/canary > /used`;
  expect(placesAfter("mount", used, secret())).toEqual([]);
});

maybe.each([
  [
    "as ARG",
    'ARG TOKEN\nRUN test -n "$TOKEN"',
    [`--build-arg=TOKEN=${canary}`],
    ["image: configuration", "image: provenance"],
  ],
  ["as ENV", `ENV TOKEN=${canary}\nRUN true`, [], ["image: configuration", "image: provenance"]],
  ["copied and deleted later", "COPY token /token\nRUN rm /token", [], ["cache: layer", "image: layer"]],
  ["copied out of the mount", `${mounted} cp /run/secrets/canary /token`, ["secret"], ["cache: layer", "image: layer"]],
  ["printed", `${mounted} cat /run/secrets/canary`, ["secret"], ["log"]],
])(named("%s: it is noticed"), (name, dockerfile, args, places) => {
  const given = args.map((arg) => (arg === "secret" ? secret() : arg));
  expect(placesAfter(name.replaceAll(" ", "-"), dockerfile, ...given)).toEqual(expect.arrayContaining(places));
});

test.each([
  ["build", ["no-cache=true"]], // a secret is no part of the cache's key: without this it would not be used at all
  ["final", []],
])("the certificate of a build of stage 4 is not in its %s stage", async (target, set) => {
  const bundle = process.env["NODE_EXTRA_CA_CERTS"] ?? "/etc/ssl/certs/ca-certificates.crt";
  const marked = join(run.folder, "ca.pem");
  writeFileSync(marked, `${readFileSync(bundle, "utf8")}\n${canary}\n`); // readers skip what is no certificate
  process.env["NODE_EXTRA_CA_CERTS"] = marked;
  try {
    const bases = join(ROOT, "out/bases.json");
    await build(run, "stage-4", { bases, tag, set: [...set, `target=${target}`] });
  } finally {
    process.env["NODE_EXTRA_CA_CERTS"] = bundle;
  }
  expect(await canaryPaths()).toEqual([]);
});

test("copied out of its mount, that certificate is noticed", async () => {
  using copy = new RepositoryCopy();
  const path = `/ca-${randomBytes(4).toString("hex")}.pem`; // of no earlier run: a secret is no part of the cache's key
  const last = "RUN --network=none pnpm --filter api sbom";
  copy.replace("docker/4-signed.Dockerfile", last, `RUN --mount=type=secret,id=ca cp /run/secrets/ca ${path}\n${last}`);
  const bases = join(ROOT, "out/bases.json");
  const before = process.env["NODE_EXTRA_CA_CERTS"];
  process.env["NODE_EXTRA_CA_CERTS"] = join(run.folder, "ca.pem");
  const marked = build(run, "stage-4", { context: copy.root, bases, tag, set: ["target=build"] });
  process.env["NODE_EXTRA_CA_CERTS"] = before ?? ""; // a build at the same time, with another certificate
  await Promise.all([marked, build(run, "stage-4", { bases, tag: `${tag}-beside` })]);
  expect(await canaryPaths()).toEqual([path]);
});

/** Files of the image with the canary. The package store has others' published test keys. */
async function canaryPaths(): Promise<(string | undefined)[]> {
  const observation = await observe(tag, { rungs: [] });
  const wanted = checks.filter(({ id }) => id === "IMG-SECRET-001");
  const outcome = judge(observation, {}, wanted).results[0]?.outcome;
  const evidence = outcome !== undefined && "evidence" in outcome ? outcome.evidence : [];
  return evidence.filter(({ message }) => message.includes("canary")).map(({ path }) => path);
}
