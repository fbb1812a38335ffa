import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { unless } from "../unless.ts";
import { pinned } from "./bring.ts";
import { build } from "./build.ts";
import { buildOf } from "./module.ts";

// What only a real Go can show. The tool is the smallest one; whatever it needs was fetched by make tools.
const NAME = "kubeconform";
const reason = spawnSync("go", ["version"]).status === 0 ? undefined : "no Go here";
const { named, maybe } = unless(reason);

const folder = mkdtempSync(join(tmpdir(), "build-"));
const copy = new RepositoryCopy();
copy.install("proof");
const run = new Run("build-test");
const goCache = spawnSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).stdout?.trim() ?? "";
afterAll(() => {
  run.close();
  copy[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const records = join(ROOT, "out/run");

/** `make tools` of a copy, with a cache of its own, and nothing of that name on PATH. */
function makeTools(cache: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  mkdirSync(records, { recursive: true });
  const path = (process.env["PATH"] ?? "").split(":").filter((bin) => !existsSync(join(bin, NAME)));
  return spawn(process.execPath, [join(copy.root, "proof/tools/main.ts"), NAME], {
    env: { ...process.env, GOCACHE: goCache, ...env, PATH: [bin, ...path].join(":"), XDG_CACHE_HOME: cache },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const bin = join(copy.root, "toolchain/bin");
const finished = (cache: string) => globSync(`${cache}/hardened-node-api/tools/*/*`);

maybe(named("two at once build one whole binary"), async () => {
  const cache = join(folder, "both");
  const both = [makeTools(cache), makeTools(cache)];
  const codes = await Promise.all(both.map((child) => once(child, "close").then(([code]) => code as number)));
  expect(codes).toEqual([0, 0]);
  const [binary = "", ...others] = finished(cache);
  expect(others).toEqual([]);
  expect(spawnSync(binary, ["-v"], { encoding: "utf8" }).stdout).toContain(pinned(NAME).version);
});

maybe(named("Ctrl-C in the middle leaves no binary and no scratch"), async () => {
  const cache = join(folder, "interrupted");
  const child = makeTools(cache, { GOCACHE: join(folder, "cold") });
  const scratch = () => globSync(`${records}/tools-${child.pid}-*/go/go-build*`);
  for await (const _ of watch(records, { recursive: true })) if (scratch().length > 0) break;
  child.kill("SIGINT");
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(130);
  expect(finished(cache)).toEqual([]);
  expect(scratch()).toEqual([]);
});

test("without Go make tools names each tool that is missing, why and what to do, and fails; make prove goes on", () => {
  const names = ["ctlog", "fulcio"]; // in no image: nothing is asked of a registry
  const path = (process.env["PATH"] ?? "")
    .split(":")
    .filter((at) => !["go", ...names].some((it) => existsSync(join(at, it))));
  const env = { ...process.env, PATH: path.join(":"), XDG_CACHE_HOME: join(folder, "none") };
  const main = join(copy.root, "proof/tools/main.ts");
  const tools = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...names, ...args], { env, encoding: "utf8" });
  const { status, stderr } = tools();
  expect(status).toBe(3);
  expect(stderr.trimEnd().split("\n")).toEqual([
    ...names.map((name) => `tools: ${name} is missing: not here; no Go here to build it`),
    "tools: 2 missing: install Go, or these versions yourself (pipeline/tools.json); a test that needs one is skipped by name",
  ]);
  expect(tools("--optional").status).toBe(0);
});

maybe(named("a checksum that Go does not find is refused, also where the hash was adapted"), async () => {
  const sum = join(copy.root, `proof/tools/${NAME}/go.sum`);
  const text = readFileSync(sum, "utf8");
  const forged = text.replace(/^(github\.com\/yannh\/kubeconform \S+ h1:).{4}/m, "$1AAAA");
  expect(forged).not.toBe(text);
  writeFileSync(sum, forged);
  const what = buildOf(pinned(NAME), join(copy.root, "proof/tools"));
  if (what === undefined) throw new TypeError("expected a module");
  const forgedBuild = { ...what, binary: join(folder, "forged/binary") };
  await expect(build(run, forgedBuild, () => undefined)).rejects.toThrow(/SECURITY ERROR/);
  expect(existsSync(forgedBuild.binary)).toBe(false);
});
