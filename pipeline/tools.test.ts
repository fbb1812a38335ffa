import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { requireTools, seen, type Tool, tools } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "tools-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const wanted: Tool = { name: "syft", version: "1.54.1", ask: ["version"], for: "SBOM" };

/** A program of that name that prints a text, alone on PATH. */
function onPath(name: string, prints: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "${prints}"\n`);
  chmodSync(file, 0o755);
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
}

test.each([
  ["syft 1.54.1", true],
  ["Version: v1.54.1\nPlatform: x", true],
  ["1.54.1+ds1-2", true],
  ["syft 1.54.10", "seen 1.54.10"],
  ["syft 11.54.1", "seen 11.54.1"],
  ["syft 1.54.1.2", "seen 1.54.1.2"],
  ["syft 1.48.0", "seen 1.48.0"],
  ["[not provided]", "seen one that tells no version"],
])("a tool that says %o is judged %o", (prints, expected) => {
  onPath("syft", prints);
  expect(seen(wanted)).toBe(expected);
});

test("a tool that judges nothing may have any patch of its version", () => {
  onPath("syft", "registry 2.8.3+ds1");
  expect(seen({ ...wanted, version: "2.8.x" })).toBe(true);
  expect(seen({ ...wanted, version: "2.7.x" })).toBe("seen 2.8.3+ds1");
});

test("requireTools says what was wanted, what was seen and what to do, of each tool at once", () => {
  onPath("syft", "syft 1.48.0");
  onPath("cosign", "cosign v3.1.1");
  const require = () => requireTools(["syft", "cosign", "grype"]);
  expect(require).toThrow(
    /^expected on PATH: syft 1\.54\.1 \(seen 1\.48\.0\), grype [\d.]+ \(not here\); make tools brings them/,
  );
  expect(require).toThrow(expect.objectContaining({ code: "CONFIGURATION", exitCode: 2 }) as Error);
  expect(() => requireTools(["cosign"])).not.toThrow();
});

test("every tool has a way to come here, and an exact version unless it judges nothing", () => {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  for (const { name, version, debian, module, hash, image, path } of tools) {
    expect(debian ?? module, name).toBeDefined();
    expect(hash === undefined, name).toBe(module === undefined);
    expect(image === undefined, name).toBe(path === undefined);
    if (!["skopeo", "docker-registry", "jq"].includes(name)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  }
});
