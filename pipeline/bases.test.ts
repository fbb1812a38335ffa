import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "./bake.ts";
import { basesOf, resolveBases } from "./bases.ts";

const digest = `sha256:${"a".repeat(64)}`;
const folder = mkdtempSync(join(tmpdir(), "bases-"));
afterAll(() => rmSync(folder, { recursive: true }));

function dockerfile(text: string): string {
  const file = join(folder, "Dockerfile");
  writeFileSync(file, text);
  return file;
}

test("bases are the pinned images, each once, without stages of the same file and scratch", () => {
  const file = dockerfile(
    `FROM node:24@${digest} AS build\nFROM scratch AS sbom\nFROM build AS x\nFROM node:24@${digest}\n`,
  );
  expect(basesOf(file)).toEqual([{ ref: `node:24@${digest}`, digest }]);
});

test.each(["node", "node:24", `node@${digest}`, "node:24@sha256:abc"])("FROM %s is refused: it can be moved", (ref) => {
  expect(() => basesOf(dockerfile(`FROM ${ref}\n`))).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
});

test("a base that the resolution file does not name is an error, not a silent pull", () => {
  const file = dockerfile(`FROM node:24@${digest}\n`);
  const resolution = join(folder, "bases.json");
  writeFileSync(resolution, JSON.stringify({ bases: {} }));
  expect(() => resolveBases(file, resolution)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(resolveBases(file, undefined)).toEqual([{ ref: `node:24@${digest}`, digest, origin: "hub" }]);
});

test.each(["", "{", undefined])("a resolution file that cannot be read is one sentence (%j)", (content) => {
  const resolution = join(folder, "broken.json");
  rmSync(resolution, { force: true });
  if (content !== undefined) writeFileSync(resolution, content);
  expect(() => resolveBases(dockerfile(`FROM node:24@${digest}\n`), resolution)).toThrow(
    expect.objectContaining({
      code: "CONFIGURATION",
      message: expect.stringContaining("make bases writes it") as string,
    }),
  );
});

test("every Dockerfile under docker/ pins every base", () => {
  const files = readdirSync(join(ROOT, "docker")).filter((name) => name.endsWith(".Dockerfile"));
  expect(files).toContain("4-signed.Dockerfile");
  for (const name of files) expect(basesOf(join(ROOT, "docker", name)).length).toBeGreaterThan(0);
});
