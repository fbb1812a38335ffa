import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { RUN_LABEL } from "pipeline/started";
import { tools } from "pipeline/tools";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";
import { SIGSTORE_TOOLS } from "./sigstore/stack.ts";
import { bringTools } from "./tools/bring.ts";
import { unless } from "./unless.ts";

// Ctrl-C as a terminal sends it, to the command and to every program it waits for, while the n-th program begins: the
// steps of a command from its first on, without a clock.
const PROGRAMS = ["sh", "ps", "git", "docker", "cosign", "crane", "syft", "grype", "dpkg-query", "go"];
const missing = await bringTools([...SIGSTORE_TOOLS, "crane", "docker-registry", "syft", "grype"]);
const reason = process.platform === "linux" ? missing : "processes are found by /proc";
const { named, proves } = unless(reason);

const folder = mkdtempSync(join(tmpdir(), "interrupts-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bin = join(folder, "bin");
const count = join(folder, "count");
mkdirSync(bin);
for (const name of PROGRAMS) {
  const real = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
  // Debian's builds do not know their version, and only where Debian puts them its database is asked.
  const tool = tools.find((one) => one.name === name && one.debian !== undefined);
  const asked = tool === undefined ? "" : `[ "$*" != "${tool.ask.join(" ")}" ] || echo ${tool.version};`;
  const script = `#!/bin/sh
echo ${name} >> ${count}
case "$AT" in *" $(wc -l < ${count}) "*) kill -INT -"$GROUP" ;; esac
${asked} exec ${real} "$@"
`;
  if (real !== "") writeFileSync(join(bin, name), script, { mode: 0o755 });
}

const records = () => (existsSync(join(ROOT, "out/run")) ? readdirSync(join(ROOT, "out/run")) : []);
const marked = (mark: string) =>
  globSync("/proc/[0-9]*/environ").filter((file) => {
    try {
      return readFileSync(file, "latin1").includes(`MARK=${mark}\0`);
    } catch {
      return false; // ended meanwhile
    }
  });

/** Of this clone; others may share the engine. */
function containers(): string[] {
  const format = `--format={{.Label "${RUN_LABEL}"}}`;
  const labels = spawnSync("docker", ["ps", "--all", format, `--filter=label=${RUN_LABEL}`], { encoding: "utf8" });
  return labels.stdout.split("\n").filter((label) => dirname(label) === join(ROOT, "out/run"));
}

type Ended = { code: number | null; output: string; left: string[] };

/** Runs a command and interrupts it as its programs of these numbers begin. */
async function interrupted(at: readonly number[], args: readonly string[]): Promise<Ended> {
  rmSync(count, { force: true });
  writeFileSync(count, "");
  const before = records();
  const mark = `${process.pid}-${Date.now()}`;
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, AT: ` ${at.join(" ")} `, MARK: mark };
  const leader = ["-c", 'export GROUP=$$; exec "$@"', "sh", process.execPath, ...args];
  const child = spawn("/bin/sh", leader, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "exit")) as [number | null];
  const left = records().filter((id) => !before.includes(id));
  if (code !== 0) {
    await expect.poll(() => marked(mark), { timeout: 5_000 }).toEqual([]); // the kernel ends them when it gets to it
    left.push(...containers());
  }
  return { code, output: (await output).join(""), left };
}

function expectOneSentence({ code, output, left }: Ended, name: string, where: string): void {
  const sentence = `\nSIGINT: removing what ${name} started\n`;
  expect(output.split(sentence), `${where}, exit code ${code}\n${output}`).toHaveLength(2);
  expect(output, where).toMatch(new RegExp(`${sentence}$`));
  expect(output, where).not.toMatch(/this is a bug|Error|^ +at /m);
  expect({ code, left }, where).toEqual({ code: 130, left: [] });
}

const step = (at: number) => `at program ${at}: ${readFileSync(count, "utf8").split("\n")[at - 1]}`;

proves("make sigstore-up is interrupted at each of its steps, and leaves no file for shells", async () => {
  let at = 1;
  for (; ; at += 1) {
    const ended = await interrupted([at], ["proof/sigstore/up.ts"]);
    if (ended.code === 0) break;
    expectOneSentence(ended, "sigstore", step(at));
    expect(existsSync(join(ROOT, "out/sigstore/env"))).toBe(false);
  }
  process.stdout.write(`sigstore-up: ${at - 1} steps interrupted\n`);
  spawnSync(process.execPath, ["proof/sigstore/down.ts"], { cwd: ROOT });
});

proves("a second Ctrl-C waits for the removal", async () => {
  expectOneSentence(await interrupted([8, 9, 10], ["proof/sigstore/up.ts"]), "sigstore", step(8));
});

// The first steps all, the later ones ever more thinly.
const early = [1, 2, 3, 5, 8, 13, 34];

test.skipIf(reason !== undefined).each([
  ["tools", ["proof/tools/main.ts", ...SIGSTORE_TOOLS]],
  ["engine", ["proof/engine/up.ts"]],
  ["bases", ["proof/bases/resolve.ts", "--mode=local", `--out=${join(folder, "bases.json")}`]],
  ["around", ["proof/gates/around.ts", process.execPath, "pipeline/gates/main.ts", "--bases=out/bases.json"]],
  ["attack-supply-chain", ["proof/attack-matrix/main.ts"]],
] as const)(named("%s is interrupted at its first steps and later ones"), async (name, args) => {
  let steps = 0;
  for (const at of early) {
    const ended = await interrupted([at], args);
    if (ended.code === 0) break;
    expectOneSentence(ended, name, step(at));
    steps += 1;
  }
  expect(steps).toBeGreaterThan(0);
});
