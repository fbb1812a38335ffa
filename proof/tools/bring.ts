import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { seen, type Tool, tools } from "pipeline/tools";
import { gatherFacts } from "../engine/facts.ts";
import { installFromSuite } from "../engine/install.ts";
import { ROOT } from "../repository-copy.ts";
import { build } from "./build.ts";
import { type Build, buildOf } from "./module.ts";

/** How a tool came here, or why it did not. */
export type Brought =
  | { name: string; version: string; way: "path" | "cache" | "debian" | "built"; seconds: number }
  | { name: string; version: string; way: "missing"; reason: string };

type Options = {
  /** With a run, what is in no other way here is built from its module; minutes each, the first time. */
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
 * On PATH in the right version, else the distribution's package, else built before, else built now. What is on PATH in
 * another version is never used: it may judge differently.
 */
export async function bring(tool: Tool, options: Options = {}): Promise<Brought> {
  const { name, version } = tool;
  const begin = performance.now();
  const answer = await wayOf(tool, buildOf(tool, options.modules), options);
  if ("reason" in answer) return { name, version, way: "missing", reason: answer.reason };
  return { name, version, way: answer.way, seconds: (performance.now() - begin) / 1000 };
}

type Answer = { way: "path" | "cache" | "debian" | "built" } | { reason: string };

async function wayOf(tool: Tool, what: Build | undefined, { run, say = () => undefined }: Options): Promise<Answer> {
  const ours = linkOf(tool.name);
  if (ours !== undefined && ours !== what?.binary) rmSync(join(BIN, tool.name), { force: true }); // of other module files
  const first = seen(tool);
  if (first === true) return { way: ours === undefined ? "path" : "cache" };
  if (what === undefined) return installed(tool, first, say);
  if (what.hash !== tool.hash) {
    return { reason: `expected ${what.folder} to have the hash in pipeline/tools.json, it has ${what.hash}` };
  }
  if (existsSync(what.binary)) return linked(tool, what.binary, "cache");
  if (run === undefined) return { reason: `${first}; make tools builds it` };
  try {
    await build(run, what, (line) => say(`${tool.name}: ${line}`));
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  return linked(tool, what.binary, "built");
}

function linked(tool: Tool, binary: string, way: "cache" | "built"): Answer {
  link(tool.name, binary);
  const state = seen(tool);
  return state === true ? { way } : { reason: `expected its build to say ${tool.version}: ${state}` };
}

/** The entry of pipeline/tools.json. */
export function pinned(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new TypeError(`${name} is not in pipeline/tools.json`);
  return tool;
}

/** From its Debian package where that is possible. */
async function installed(tool: Tool, first: string | true, say: (line: string) => void): Promise<Answer> {
  const { debian } = tool;
  if (debian === undefined) return { reason: `${first}; no package of a distribution` };
  const { distribution, root } = await gatherFacts();
  if (distribution?.id !== "debian" || !root) return { reason: `${first}; install it (Debian: ${debian})` };
  try {
    await installFromSuite(debian, distribution.codename, say);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
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
