import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "../bake.ts";
import { readTrust } from "./trust.ts";

const folder = mkdtempSync(join(tmpdir(), "pipeline-"));
const trust = readTrust(join(ROOT, "policies/trust.json"));
afterAll(() => rmSync(folder, { recursive: true }));

// A machine with a shell and no tool of the pipeline: whatever is looked at before the tools is seen.
const sh = execFileSync("sh", ["-c", "command -v sh"], { encoding: "utf8" }).trim();
for (const [name, program] of Object.entries({ sh, node: process.execPath })) symlinkSync(program, join(folder, name));

function pipeline(env: Record<string, string>, ...options: string[]) {
  const args = [join(import.meta.dirname, "main.ts"), ...options];
  const { status, stderr } = spawnSync(process.execPath, args, { env: { PATH: folder, ...env }, encoding: "utf8" });
  return { status, stderr };
}

function trusting(change: object): string {
  const file = join(folder, "trust.json");
  writeFileSync(file, JSON.stringify({ ...trust, ...change }));
  return file;
}

const accepted = trust.repositories.join(", ");
test.each(["not a name", "", `${trust.repositories[0]}:latest`, `${trust.repositories[0]}-evil`])(
  'the repository "%s" is refused before anything else is looked at',
  (REPOSITORY) => {
    const { status, stderr } = pipeline({ REPOSITORY });
    expect(stderr).toMatch(/^pipeline: REPOSITORY is ".*", \S+trust\.json accepts .*\n$/);
    expect(stderr).toContain(`accepts ${accepted}: `);
    expect(status).toBe(2);
  },
);

test.each([
  {},
  { REPOSITORY: "registry.example:5000/a/b", TRUST: trusting({ repositories: ["registry.example:5000/a/b"] }) },
])("one that the trust accepts is not, and the tools come next", (env) => {
  expect(pipeline(env)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^pipeline: expected on PATH: syft/),
  });
});

test("an image to rescan is of a repository that the trust accepts, by digest", () => {
  const rescan = (image: string) => pipeline({}, "--rescan", image);
  for (const image of ["", "ghcr.io/evil/app@sha256:1", `${trust.repositories[0]}:latest`])
    expect(rescan(image)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`accepts ${accepted}: `) as string,
    });
  expect(rescan(`${trust.repositories[0]}@sha256:1`).stderr).toMatch(/^pipeline: expected on PATH: jq .*, oras 1/);
});

test("a password in the address of the vulnerability database would be attested: it is refused", () => {
  const at = (address: string) => pipeline({ GRYPE_DB_UPDATE_URL: address });
  for (const address of ["https://user:secret@mirror.example/databases", "https://secret@mirror.example/databases"])
    expect(at(address)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^pipeline: .*UPDATE_URL has a pass/),
    });
  expect(at("https://user:secret@mirror.example").stderr).not.toContain("secret");
  expect(at("https://mirror.example/databases").stderr).toMatch(/^pipeline: expected on PATH/);
});

test("a trust that is none is refused by a sentence that names the field", () => {
  const TRUST = trusting({ issuer: ".*" });
  expect(pipeline({ TRUST })).toEqual({
    status: 2,
    stderr: `pipeline: ${TRUST}: issuer: expected one name exactly, no pattern\n`,
  });
});
