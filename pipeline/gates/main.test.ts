import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

// And a clone of its own: a run removes the results of the one before it.
const clone = join(folder, "clone");
cpSync(join(ROOT, "pipeline"), join(clone, "pipeline"), {
  recursive: true,
  filter: (path) => !path.endsWith("node_modules"),
});
symlinkSync(join(ROOT, "pipeline/node_modules"), join(clone, "pipeline/node_modules"));
cpSync(join(ROOT, "policies"), join(clone, "policies"), { recursive: true });

function pipeline(env: Record<string, string>, ...options: string[]) {
  const args = [join(clone, "pipeline/gates/main.ts"), ...options];
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

test("a run that is refused at once leaves no result of an earlier one", () => {
  const stored = join(clone, "out/pipeline/verify.json");
  mkdirSync(join(clone, "out/pipeline"), { recursive: true });
  writeFileSync(stored, "{}");
  expect(pipeline({ REPOSITORY: "not a name" }).status).toBe(2);
  expect(existsSync(stored)).toBe(false);
});

test("an image to rescan is of a repository that the trust accepts, by digest", () => {
  const rescan = (image: string) => pipeline({}, "--rescan", image);
  const [ours, digest] = [trust.repositories[0], `sha256:${"1".repeat(64)}`];
  for (const image of ["", `${ours}:latest`, `${ours}`, `${ours}@sha256:1`, `${ours}@${digest}@${digest}`])
    expect(rescan(image)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`pipeline: --rescan ${image}: expected HOST/REPOSITORY@sha256:…`) as string,
    });
  const stderr = expect.stringContaining(`accepts ${accepted}: `) as string;
  expect(rescan(`ghcr.io/evil/app@${digest}`)).toMatchObject({ status: 2, stderr });
  expect(rescan(`${ours}@${digest}`).stderr).toMatch(/^pipeline: expected on PATH: jq .*, oras 1/);
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
