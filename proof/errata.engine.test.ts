import { execFileSync, spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { RUN_LABEL, Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import type { Resolution } from "./bases/resolve.ts";
import { ROOT } from "./repository-copy.ts";

// Claims about Dockerfiles that are passed on and do not hold, shown on the engine that is here.
const run = new Run("errata");
const tag = "hardened-node-api:errata";
const slim = "node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66";
afterAll(() => {
  run.close();
  spawnSync("docker", ["image", "rm", "--force", tag]);
});

type Config = { User: string; Cmd: string[] | null };

function configOf(lines: string): Config {
  const { bases } = JSON.parse(readFileSync(join(ROOT, "out/bases.json"), "utf8")) as Resolution;
  const base = bases[slim];
  const contexts = base !== undefined && "context" in base ? [`--build-context=${slim}=${base.context}`] : [];
  const input = `FROM ${slim}\n${lines}\n`;
  execFileSync("docker", ["buildx", "build", "--quiet", "--load", `--tag=${tag}`, ...contexts, "-"], {
    input,
    stdio: ["pipe", "ignore", "pipe"],
  });
  return JSON.parse(
    execFileSync("docker", ["image", "inspect", "--format={{json .Config}}", tag], { encoding: "utf8" }),
  ) as Config;
}

function start(script: string): { status: number | null; output: string } {
  const args = ["run", "--rm", `--label=${RUN_LABEL}=${run.id}`, "--entrypoint=node", tag, "-e", script];
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

const identity = "console.log(process.getuid(), process.getgid())";

test("E10: USER 65532 without a passwd entry runs with group 0; with the group it does not", () => {
  configOf("USER 65532");
  expect(start(identity).output).toContain("65532 0");
  configOf("USER 65532:65532");
  expect(start(identity).output).toContain("65532 65532");
});

test("E16: a comment behind USER becomes part of the name, and the container does not start", () => {
  const config = configOf("USER node   # built-in user");
  expect(config.User).toBe("node   # built-in user");
  const { status, output } = start(identity);
  expect(status).toBe(125);
  expect(output).toContain("unable to find user");
});

test("E16: a comment behind CMD is dropped by older builders and makes the shell form of newer ones", () => {
  const line = '["server.js"]   # or "main.js"';
  const { Cmd } = configOf(`CMD ${line}`);
  const older = ["server.js"];
  const newer = ["/bin/sh", "-c", line];
  expect([older, newer]).toContainEqual(Cmd);
  expect(configOf('CMD ["server.js"]').Cmd).toEqual(older); // what both mean without the comment
});

/** Instructions of a Dockerfile that end in something that was meant as a comment. RUN is a shell's business. */
function trailingComments(text: string): string[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .filter((instruction) => instruction.getKeyword() !== "RUN" && / #/.test(instruction.getArgumentsContent() ?? ""))
    .map((instruction) => instruction.getKeyword());
}

test("E16: no Dockerfile here has a comment behind an instruction", () => {
  expect(trailingComments("FROM scratch\nUSER node # x\n")).toEqual(["USER"]);
  const files = globSync(["docker/**/*.Dockerfile", "proof/**/Dockerfile"], { cwd: ROOT });
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(trailingComments(readFileSync(join(ROOT, file), "utf8")), file).toEqual([]);
});
