import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { seen, type Tool, tools } from "pipeline/tools";
import { gatherFacts } from "../engine/facts.ts";
import { installFromSuite } from "../engine/install.ts";
import { ROOT } from "../repository-copy.ts";
import { build } from "./build.ts";
import { imageOf, type ToolImage, take } from "./image.ts";
import { type Build, buildOf } from "./module.ts";

export type Way = "path" | "cache" | "debian" | "built" | "image";

/** How a tool came here, or why it did not. */
export type Brought =
  | { name: string; version: string; way: Way; seconds: number }
  | { name: string; version: string; way: "missing"; reason: string };

type Options = {
  /** With a run, what is in no other way here is built or taken out of its image; minutes each, the first time. */
  run?: Run;
  /** Progress, line by line. */
  say?: (line: string) => void;
  /** Folder of the Go modules. */
  modules?: string;
};

const BIN = join(ROOT, "toolchain/bin");

/**
 * Brings tools by name for a test; builds nothing (`make tools` does, and `make prove` calls it).
 * @returns undefined when all are here, else why one is not: the reason of a skipped test
 */
export async function bringTools(names: readonly string[]): Promise<string | undefined> {
  const path = process.env["PATH"] ?? "";
  if (!path.split(":").includes(BIN)) process.env["PATH"] = `${BIN}:${path}`; // a test started by itself, without make
  for (const name of names) {
    const brought = await bring(pinned(name));
    if (brought.way === "missing") return `${name} ${brought.version}: ${brought.reason}`;
  }
  return undefined;
}

/**
 * On PATH in the right version, else the distribution's package, else kept from before, else built now, else, where no
 * Go is here, out of its image. What is on PATH in another version is never used: it may judge differently.
 */
export async function bring(tool: Tool, options: Options = {}): Promise<Brought> {
  const { name, version } = tool;
  const begin = performance.now();
  const answer = await wayOf(tool, options);
  if ("reason" in answer) return { name, version, way: "missing", reason: answer.reason };
  return { name, version, way: answer.way, seconds: (performance.now() - begin) / 1000 };
}

type Answer = { way: Way } | { reason: string };

async function wayOf(tool: Tool, options: Options): Promise<Answer> {
  const [what, image] = [buildOf(tool, options.modules), imageOf(tool)];
  const kept = [what, image].flatMap((one) => one?.binary ?? []);
  const ours = linkOf(tool.name);
  if (ours !== undefined && !kept.includes(ours)) rmSync(join(BIN, tool.name), { force: true }); // of other pins
  const first = seen(tool);
  if (first === true) return { way: ours === undefined ? "path" : "cache" };
  if (what !== undefined && what.hash !== tool.hash) {
    return { reason: `expected ${what.folder} to have the hash in pipeline/tools.json, it has ${what.hash}` };
  }
  const reasons: string[] = [first];
  for (const attempt of attempts(tool, what, image, options)) {
    const answer = await attempt().catch((error: unknown) => ({ reason: (error as Error).message }));
    if ("way" in answer) return answer;
    reasons.push(answer.reason);
  }
  return { reason: reasons.join("; ") };
}

/** What can be tried for a tool, in order. Without a run nothing is built and nothing fetched from a registry. */
function attempts(
  tool: Tool,
  what: Build | undefined,
  image: ToolImage | undefined,
  { run, say = () => undefined }: Options,
): (() => Promise<Answer>)[] {
  const { debian, name } = tool;
  const kept = [what, image].flatMap((one) => one?.binary ?? []).filter((binary) => existsSync(binary));
  const ways = kept.map((binary) => async () => linked(tool, binary, "cache"));
  if (debian !== undefined) ways.unshift(() => installed(tool, debian, say));
  if (run === undefined) return what === undefined && image === undefined ? ways : [...ways, async () => LATER];
  const hasGo = what !== undefined && spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
  if (what !== undefined) {
    ways.push(async () => {
      if (!hasGo) return { reason: "no Go here to build it" };
      await build(run, what, (line) => say(`${name}: ${line}`));
      return linked(tool, what.binary, "built");
    });
  }
  if (image !== undefined && !hasGo) {
    ways.push(async () => {
      await take(run, image, (line) => say(`${name}: ${line}`));
      return linked(tool, image.binary, "image");
    });
  }
  return ways;
}

const LATER = { reason: "make tools brings it" };

function linked(tool: Tool, binary: string, way: Way): Answer {
  link(tool.name, binary);
  const state = seen(tool);
  return state === true ? { way } : { reason: `expected ${binary} to say ${tool.version}: ${state}` };
}

/** The entry of pipeline/tools.json. */
export function pinned(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new TypeError(`${name} is not in pipeline/tools.json`);
  return tool;
}

/** From its Debian package where that is possible. */
async function installed(tool: Tool, debian: string, say: (line: string) => void): Promise<Answer> {
  const { distribution, root } = await gatherFacts();
  if (distribution?.id !== "debian" || !root) return { reason: `only root on Debian gets its package ${debian}` };
  await installFromSuite(debian, distribution.codename, say);
  return seen(tool) === true ? { way: "debian" } : { reason: `${debian} is another version than ${tool.version}` };
}

/** Where our own link of that name leads; undefined when there is none. */
function linkOf(name: string): string | undefined {
  const file = join(BIN, name);
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(file) : undefined;
}

/** First on PATH in every make target; replaced whole, since another make may be using the old one. */
function link(name: string, binary: string): void {
  mkdirSync(BIN, { recursive: true });
  const part = join(BIN, `.${name}.${process.pid}`);
  rmSync(part, { force: true });
  symlinkSync(binary, part);
  renameSync(part, join(BIN, name));
}
