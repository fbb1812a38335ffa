import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";

const IMAGE = "hardened-node-api:setup";
const copy = new RepositoryCopy();
copy.replace("docker-bake.hcl", '"hardened-node-api:stage-4"', `"${IMAGE}"`); // another proof may need the tag as it is
afterAll(() => {
  spawnSync("docker", ["image", "rm", "--force", IMAGE]);
  copy[Symbol.dispose]();
});

/** Set-up as on a machine with only these programs beside the system's; python3 is not among them. */
function setup(...programs: string[]): { status: number | null; output: string } {
  const bin = join(copy.root, "bin");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  const system = ["bash", "cat", "cmp", "cp", "dirname", "env", "flock", "ln", "mkdir", "mv", "rm", "sed", "uname"];
  for (const program of [...system, ...programs]) {
    const own = join(ROOT, "toolchain/bin", program);
    const found = existsSync(own) ? own : spawnSync("which", [program], { encoding: "utf8" }).stdout.trim();
    symlinkSync(found, join(bin, program));
  }
  // make puts the links of an earlier set-up in front, and a make within a make does so again.
  const links = join(copy.root, "toolchain/bin");
  const env = { ...process.env, PATH: `${links}:${links}:${bin}`, VITEST: undefined, NODE_ENV: undefined };
  const { status, stdout, stderr } = spawnSync(join(copy.root, "toolchain/setup.sh"), {
    cwd: copy.root,
    env,
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Set-up as far as Node, on a machine with one of the programs that lock. */
function setupNode(locker: "flock" | "perl"): { child: ReturnType<typeof spawn>; output: () => string } {
  const bin = join(copy.root, `bin-${locker}`);
  mkdirSync(bin, { recursive: true });
  for (const program of ["bash", "dirname", "ln", "mkdir", "mv", "node", locker]) {
    const found = spawnSync("which", [program], { encoding: "utf8" }).stdout.trim();
    if (!existsSync(join(bin, program))) symlinkSync(found, join(bin, program));
  }
  const child = spawn(join(copy.root, "toolchain/setup.sh"), ["node"], { cwd: copy.root, env: { PATH: bin } });
  let seen = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (seen += part.toString()));
  return { child, output: () => seen };
}

test.each(["flock", "perl"] as const)(
  "one set-up at a time, by %s: another waits, and a killed one blocks nobody",
  async (locker) => {
    const hold = locker === "flock" ? "flock 9" : "perl -e 'open F, \">&=9\"; flock F, 2'";
    const script = `exec 9<toolchain/setup.sh; ${hold}; echo held; read -r _`;
    const holder = spawn("bash", ["-c", script], { cwd: copy.root, stdio: ["pipe", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    const waiting = setupNode(locker);
    await expect.poll(waiting.output).toBe("setup: another set-up is at work in this clone: waiting for it\n");
    expect(waiting.child.exitCode).toBe(null);
    holder.kill("SIGKILL");
    expect(await once(waiting.child, "close")).toEqual([0, null]);
    const alone = setupNode(locker);
    expect(await once(alone.child, "close")).toEqual([0, null]);
    expect(alone.output()).toBe("");
  },
);

test("a machine with Node 24 and pnpm uses its own and says what will be skipped", () => {
  const { status, output } = setup("node", "pnpm");
  expect(status, output).toBe(0);
  expect(output).not.toContain("fetching node");
  expect(output).toContain("hadolint, shellcheck and zizmor will be reported as skipped");
  expect(existsSync(join(copy.root, "packages/ladder/node_modules/image-audit"))).toBe(true);
});

test("a second run does nothing", () => {
  const { status, output } = setup("node", "pnpm");
  expect(status).toBe(0);
  expect(output).not.toContain("installing");
});

test("after a kill in the middle the next run finishes what is half there", () => {
  rmSync(join(copy.root, "node_modules/.stamp"));
  rmSync(join(copy.root, "packages/ladder/node_modules"), { recursive: true });
  const { status, output } = setup("node", "pnpm");
  expect(status, output).toBe(0);
  expect(output).toContain("installing the workspace");
  expect(existsSync(join(copy.root, "packages/ladder/node_modules/image-audit"))).toBe(true);
});

test("without Node, pnpm and npm one sentence says what to install, and the exit code is 3", () => {
  rmSync(join(copy.root, "toolchain/bin"), { recursive: true });
  const { status, output } = setup();
  expect(status).toBe(3);
  expect(output.trim()).toBe(
    "setup: node is missing and npm is not here to fetch it: install Node 24 and pnpm 12, then repeat",
  );
});

test("a stage that is not as its contract says ends with 1 and names the check", () => {
  expect(setup("node", "pnpm").status).toBe(0);
  copy.replace(
    "packages/ladder/src/contracts/4-signed.ts",
    "faults: {}",
    'faults: { "IMG-SHELL-001": "this fault is not there" }',
  );
  // What was measured here before need not be measured again; on a fresh clone it is.
  for (const file of ["out/stage-3.json", "out/compressed"].filter((name) => existsSync(join(ROOT, name))))
    cpSync(join(ROOT, file), join(copy.root, file), { recursive: true });
  const args = ["packages/ladder/src/main.ts", "stage", "4", "--bases", join(ROOT, "out/bases.json")];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy.root, encoding: "utf8" });
  expect(status, stderr).toBe(1);
  expect(stdout).toContain("The contract of stage 4 is broken:\n  IMG-SHELL-001: expected fail, got pass");
});
