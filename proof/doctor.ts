import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gatherFacts } from "./engine/facts.ts";
import { type Diagnosis, diagnose } from "./engine/plan.ts";
import { isFree } from "./free-port.ts";
import { ROOT } from "./repository-copy.ts";

// make doctor: looks and says, changes nothing, and installs nothing but the Node it runs on.
const lintersFix = "install python3 with venv, then make setup; without them make check skips three linters";
const found = [
  program("node", ["--version"], "make setup"),
  program("pnpm", ["--version"], "make setup"),
  installed("workspace", "node_modules/.stamp", "make setup"),
  installed("hadolint, shellcheck, zizmor", "toolchain/lint/.venv/.stamp", lintersFix),
  await port(3000),
  ...diagnose(await gatherFacts()),
];
for (const { name, ok, message, fix } of found) {
  process.stdout.write(`${ok ? "ok     " : "missing"}  ${name}: ${message}\n`);
  if (!ok && fix !== "") process.stdout.write(`         fix: ${fix}\n`);
}
const missing = found.filter(({ ok }) => !ok).length;
process.stdout.write(missing === 0 ? "\nEverything is here.\n" : `\n${missing} missing.\n`);
process.exitCode = missing === 0 ? 0 : 1;

function program(name: string, args: string[], fix: string): Diagnosis {
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: "utf8", cwd: "/", timeout: 10_000 });
  if (status === 0) return { name, ok: true, message: stdout.trim(), fix };
  return { name, ok: false, message: stderr?.trim().split("\n").at(-1) || "not here", fix };
}

function installed(name: string, stamp: string, fix: string): Diagnosis {
  const ok = existsSync(join(ROOT, stamp));
  return { name, ok, message: ok ? "installed" : "not installed", fix };
}

/** `make run` listens there; the tests take free ports. */
async function port(number: number): Promise<Diagnosis> {
  const ok = await isFree(number);
  const fix = `stop what listens there, or choose another: make run PORT=${number + 1}`;
  return { name: `port ${number}`, ok, message: ok ? "free" : "in use", fix };
}
