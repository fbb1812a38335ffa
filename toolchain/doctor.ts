import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";

/** One thing looked at: what is, and what to do ("" when nothing). */
type Diagnosis = { name: string; ok: boolean; message: string; fix: string };

const ROOT = join(import.meta.dirname, "..");

// make doctor: installs nothing but the Node it runs on. Arguments are modules that look at more: each exports a default function like these.
const more = await Promise.all(
  process.argv.slice(2).map(async (file) => {
    const { default: diagnose } = (await import(resolve(file))) as { default: () => Promise<Diagnosis[]> };
    return await diagnose();
  }),
);
const found = [
  program("node", ["--version"], "make setup"),
  program("pnpm", ["--version"], "make setup"),
  installed("workspace", "node_modules/.stamp", "make setup"),
  installed(
    "hadolint and shellcheck",
    "toolchain/lint/.venv/.stamp",
    "install python3 with venv, then make setup; without them make check skips two linters",
  ),
  await port(3000),
  ...(more.length === 0
    ? [program("docker", ["info", "--format={{.ServerVersion}}"], "install Docker Engine with buildx and start it")]
    : more.flat()),
];
for (const { name, ok, message, fix } of found) {
  process.stdout.write(
    `${ok ? "ok     " : "missing"}  ${name}: ${message}${ok || fix === "" ? "" : `\n         fix: ${fix}`}\n`,
  );
}
const missing = found.filter(({ ok }) => !ok);
process.stdout.write(missing.length === 0 ? "\nEverything is here.\n" : `\n${missing.length} missing.\n`);
process.exitCode = missing.length === 0 ? 0 : 1;

function program(name: string, args: string[], fix: string): Diagnosis {
  try {
    const message = execFileSync(name, args, {
      encoding: "utf8",
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 10_000,
    });
    return { name, ok: true, message: message.trim(), fix };
  } catch (error) {
    const said =
      error instanceof Error && "stderr" in error
        ? String(error.stderr ?? "")
            .trim()
            .split("\n")
            .at(-1)
        : "";
    return { name, ok: false, message: said || "not here", fix };
  }
}

function installed(name: string, stamp: string, fix: string): Diagnosis {
  const ok = existsSync(join(ROOT, stamp));
  return { name, ok, message: ok ? "installed" : "not installed", fix };
}

/** `make run` listens there; the tests take free ports. */
async function port(number: number): Promise<Diagnosis> {
  const probe = createServer();
  const ok = await new Promise<boolean>((done) => {
    probe.once("error", () => done(false)).listen(number, "127.0.0.1", () => done(true));
  });
  probe.close();
  const message = ok ? "free" : "in use";
  return {
    name: `port ${number}`,
    ok,
    message,
    fix: `stop what listens there, or choose another: make run PORT=${number + 1}`,
  };
}
