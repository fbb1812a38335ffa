import { execFileSync, spawnSync } from "node:child_process";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect } from "vitest";
import { startRegistry } from "../registry.ts";
import { acceptedBy, sign, verifyStatement } from "../sigstore/cosign.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";

// E15: the signature binds the digest of the image; the digest in FROM decides what the next build starts from.
const reason = await bringTools([...SIGSTORE_TOOLS, "crane", "docker-registry"]);
const { proves } = unless(reason);

const run = new Run("pin-test");
const built: string[] = [];
let stack: Sigstore;
let registry = "";
/** The first base by digest, and how each app names it in FROM. */
let base = "";
let from: { tag: string; pinned: string };
let signed: { tag: string; pinned: string };

beforeAll(async () => {
  if (reason !== undefined) return;
  registry = await startRegistry(run);
  stack = await startSigstore(run);
  base = push("base", "scratch", "COPY <<END /base\nfirst\nEND");
  from = { tag: `${registry}/base:latest`, pinned: base };
  signed = { tag: app("tag"), pinned: app("pinned") };
  for (const image of Object.values(signed)) sign(stack, image);
});

afterAll(() => {
  // By ID: an image whose tag went to the next one has no other name.
  if (built.length > 0) spawnSync("docker", ["image", "rm", "--force", ...built]);
  run.close();
});

/** Builds and pushes under the tag `latest`. @returns `repository@sha256:…` */
function push(name: string, parent: string, instruction: string): string {
  const tag = `${registry}/${name}:latest`;
  const input = `FROM ${parent}\n${instruction}\n`;
  const id = execFileSync("docker", ["build", "--quiet", "--tag", tag, "-"], { input, stdio: "pipe" });
  built.push(String(id).trim());
  execFileSync("docker", ["push", "--quiet", tag], { stdio: "pipe" });
  return `${registry}/${name}@${execFileSync("crane", ["digest", tag], { encoding: "utf8" }).trim()}`;
}

const app = (kind: "tag" | "pinned", parent = from[kind]) => push(`app-${kind}`, parent, "COPY <<END /app\nsame\nEND");
const accepted = (image: string) => verifyStatement(image, acceptedBy(stack)).status === 0;

/** Which base is in an image. */
function baseIn(image: string): string {
  const files = execFileSync("crane", ["export", image, "-"], { stdio: ["ignore", "pipe", "pipe"] });
  return execFileSync("tar", ["--extract", "--to-stdout", "--file", "-", "base"], { input: files }).toString().trim();
}

proves("a changed layer breaks the signature, whether FROM was pinned or not", () => {
  const other = push("other", "scratch", "COPY <<END /base\nchanged\nEND");
  for (const kind of ["tag", "pinned"] as const) {
    expect(accepted(signed[kind]), kind).toBe(true);
    const changed = app(kind, other);
    expect(baseIn(changed), kind).toBe("changed");
    expect(verifyStatement(changed, acceptedBy(stack)).output, kind).toContain("no matching attestations");
    // What lies under the tag now is refused; what was signed is still what it was.
    expect(accepted(`${registry}/app-${kind}:latest`), kind).toBe(false);
    expect(accepted(signed[kind]), kind).toBe(true);
  }
});

proves("a base replaced under its tag breaks no signature, and comes with the next build unless FROM is pinned", () => {
  const replaced = push("base", "scratch", "COPY <<END /base\nsecond\nEND");
  expect(replaced).not.toBe(base);
  expect([accepted(signed.tag), accepted(signed.pinned)]).toEqual([true, true]);

  const rebuilt = { tag: app("tag"), pinned: app("pinned") };
  expect([baseIn(rebuilt.tag), baseIn(rebuilt.pinned)]).toEqual(["second", "first"]);
  // The pipeline signs what it built: the signature alone warns nobody of the other base.
  sign(stack, rebuilt.tag);
  expect(accepted(rebuilt.tag)).toBe(true);
});
