import { spawnSync } from "node:child_process";
import { RUN_LABEL } from "pipeline/started";
import { expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

const make = (...args: string[]) => spawnSync("make", args, { cwd: ROOT, encoding: "utf8" });

test("make alone prints the menu in groups, without colour", () => {
  const { status, stdout } = make();
  expect(status).toBe(0);
  for (const group of ["Build and run (core)", "Test (core)", "Walk the ladder (course)", "Prove (this repository)"]) {
    expect(stdout).toContain(`\n${group}\n`);
  }
  expect(stdout).toMatch(/^ {2}make stage-1 to stage-4 +build one stage/m);
  expect(stdout).not.toContain("\u001b");
});

const targets =
  "setup doctor image run dev clean check test demo stage-1 stage-2 stage-3 stage-4 run-1 run-4 attack-1 attack-4 attack-alpine attack-chainguard attack-distroless variants variant-alpine variant-distroless variant-chainguard variant-bases compare vulnerabilities scorecard page readme prove ci engine bases tools pipeline sigstore-up sigstore-down attack-supply-chain patch-drill";

test.each(targets.split(" "))("make %s is a target", (target) => {
  const { status, stderr } = make("--dry-run", target);
  expect(status, stderr).toBe(0);
});

test("an unknown target is refused", () => {
  expect(make("--dry-run", "stage-5").status).toBe(2);
});

test.each([
  ["audit", "expected IMAGE=name:tag"],
  ["checklist", "expected IMAGE=host/repository@sha256:"],
])("make %s asks for an image before anything else is done", (target, said) => {
  const stderr = expect.stringContaining(said) as string;
  expect(make("--dry-run", target)).toMatchObject({ status: 2, stdout: "", stderr });
});

test("make audit quotes the image that it is given", () => {
  // By the environment: what is in the name, quotes too, is never read by a shell.
  for (const name of ["x; touch y", "it's"]) {
    const { stdout } = make("--dry-run", "audit", `IMAGE=${name}`);
    expect(stdout).toContain('main.ts "$IMAGE" ');
    expect(stdout).not.toContain("touch y");
  }
});

// Without the clone in it, a label says that anybody's make clean may remove what runs here.
test.each(["audit", "checklist"])("make %s marks its containers with a folder of this clone", (target) => {
  const { stdout } = make("--dry-run", target, "IMAGE=x");
  expect(stdout).toContain(`--label '${RUN_LABEL}=${ROOT}/out/run/${target}'`);
});
