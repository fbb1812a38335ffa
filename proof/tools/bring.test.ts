import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tool } from "pipeline/tools";
import { tools } from "pipeline/tools";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { bring, pinned } from "./bring.ts";
import { buildOf } from "./module.ts";

const folder = mkdtempSync(join(tmpdir(), "bring-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** Modules of a tool `it`, pinned by the hash they have at first. */
function aModule(): { tool: Tool; modules: string } {
  const modules = mkdtempSync(join(folder, "modules-"));
  mkdirSync(join(modules, "it"));
  writeFileSync(join(modules, "it/go.mod"), "module tools/it\n");
  writeFileSync(join(modules, "it/go.sum"), "example.com/a v1.0.0 h1:aaaa=\n");
  const tool: Tool = {
    name: "it",
    version: "1.2.3",
    ask: ["version"],
    for: "a test",
    module: "example.com/a",
    hash: "",
  };
  return { tool: { ...tool, hash: buildOf(tool, modules)?.hash ?? "" }, modules };
}

function onPath(name: string, prints: string): void {
  const bin = mkdtempSync(join(folder, "bin-"));
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${prints}"\n`);
  chmodSync(join(bin, name), 0o755);
  vi.stubEnv("PATH", `${bin}:/usr/bin:/bin`);
}

test("the right version on PATH is used, another one is not", async () => {
  const { tool, modules } = aModule();
  onPath("it", "it 1.2.3");
  expect(await bring(tool, { modules })).toMatchObject({ way: "path" });
  onPath("it", "it 1.2.4");
  expect(await bring(tool, { modules })).toMatchObject({
    way: "missing",
    reason: "seen 1.2.4; make tools brings it",
  });
});

test("without anything here a tool is missing with its reason", async () => {
  const tool: Tool = { name: "it", version: "1.2.3", ask: ["version"], for: "a test" };
  expect(await bring(tool)).toMatchObject({ way: "missing", reason: "not here" });
});

test("a changed go.sum, go.mod or source is refused before anything is built or taken from the cache", async () => {
  const { tool, modules } = aModule();
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  for (const file of ["go.sum", "go.mod", "main.go"]) {
    const changed = mkdtempSync(join(folder, "changed-"));
    cpSync(modules, changed, { recursive: true });
    writeFileSync(join(changed, "it", file), "changed\n");
    const brought = await bring(tool, { modules: changed });
    expect(brought, file).toMatchObject({
      way: "missing",
      reason: expect.stringMatching(/^expected .* to have the hash in pipeline\/tools\.json/) as string,
    });
  }
});

test("each module here has the hash that pipeline/tools.json pins, and requires the version it names", () => {
  const built = tools.filter(({ module }) => module !== undefined);
  expect(built.length).toBeGreaterThan(6);
  for (const tool of built) {
    const what = buildOf(tool);
    expect(what?.hash, tool.name).toBe(tool.hash);
    if (tool.name === "ctlog") continue; // our own source alone
    const require = readFileSync(join(what?.folder ?? "", "go.mod"), "utf8");
    const line = new RegExp(`^\\s*(?:require )?(\\S+) v${tool.version.replaceAll(".", "\\.")}\\b`, "gm");
    const modules = [...require.matchAll(line)].map((match) => match[1] ?? "");
    expect(
      modules.some(
        (name) =>
          (tool.module?.startsWith("tools/") && name.startsWith("github.com/sigstore/")) ||
          tool.module === name ||
          tool.module?.startsWith(`${name}/`),
      ),
      tool.name,
    ).toBe(true);
  }
});

test("a name that is not pinned is a mistake of the caller", () => {
  expect(() => pinned("trivy")).toThrow(TypeError);
});
