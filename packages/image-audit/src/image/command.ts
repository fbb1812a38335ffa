import { posix } from "node:path";
import type { ImageConfig } from "../observation.ts";
import { findExecutable, type MergedView, resolvePath } from "./view.ts";

/** Programs that interpret a command line. */
export const shells: ReadonlySet<string> = new Set(
  "ash bash busybox csh dash fish ksh ksh93 mksh rbash sh tcsh toybox yash zsh".split(" "),
);

// Programs that do something and then execute the rest of their arguments, with their options that take a value.
const wrappers: Readonly<Record<string, readonly string[]>> = {
  catatonit: [],
  "docker-entrypoint.sh": [],
  "docker-init": ["-e", "-p"],
  "dumb-init": ["-r", "--rewrite"],
  env: ["-u", "--unset", "-C", "--chdir"],
  tini: ["-e", "-p"],
  "tini-static": ["-e", "-p"],
};

// Node's options whose value may be the next argument; those that bring their own program have no script.
const nodeValueOptions = new Set(["-r", "--require", "--import", "--loader", "-C", "--conditions", "--title"]);
const nodeProgramOptions = new Set(["-e", "--eval", "-p", "--print", "-pe", "-c", "--check"]);

/** What a container of this image starts: ENTRYPOINT and CMD together. */
export function startCommand(config: ImageConfig): string[] {
  return [...config.entrypoint, ...config.cmd];
}

/** The command, then the one that it executes in its place, and so on: dumb-init, then node. */
export function commandChain(argv: readonly string[]): string[][] {
  const [program, ...rest] = argv;
  if (program === undefined) return [];
  const valueOptions = wrappers[posix.basename(program)];
  if (valueOptions === undefined) return [[...argv]];
  return [[...argv], ...commandChain(afterOptions(rest, valueOptions))];
}

function afterOptions(argv: readonly string[], valueOptions: readonly string[]): string[] {
  let index = 0;
  for (; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    if (argument === "--") return argv.slice(index + 1);
    const isAssignment = /^[A-Za-z_]\w*=/.test(argument);
    if (!argument.startsWith("-") && !isAssignment) break;
    if (valueOptions.includes(argument)) index++;
  }
  return argv.slice(index);
}

/** The command line given to a shell (`sh -c "…"`), or null when this is not that. */
export function shellLine(argv: readonly string[]): string | null {
  const [program = "", ...rest] = argv;
  if (!shells.has(posix.basename(program))) return null;
  const option = rest.findIndex((argument) => /^-[a-z]*c$/.test(argument));
  return option === -1 ? null : (rest[option + 1] ?? "");
}

/** The script that a Node command line runs, as written, or null when it runs none. */
export function nodeScript(argv: readonly string[]): string | null {
  const [program = "", ...rest] = argv;
  if (!/^node(js)?$/.test(posix.basename(program))) return null;
  for (let index = 0; index < rest.length; index++) {
    const argument = rest[index] ?? "";
    if (nodeProgramOptions.has(argument)) return null;
    if (argument === "--") return rest[index + 1] ?? null;
    if (nodeValueOptions.has(argument)) index++;
    else if (!argument.startsWith("-")) return argument;
  }
  return null;
}

/** The file that Node would load for a script argument, or null: https://nodejs.org/api/modules.html#all-together */
export function resolveScript(view: MergedView, script: string, workingDir: string): string | null {
  const path = posix.resolve("/", workingDir, script);
  for (const ending of ["", ".js", ".cjs", ".mjs", ".json", ".node", "/index.js"]) {
    const found = resolvePath(view, path + ending);
    if (found !== null && found.entry.type !== "directory") return found.path;
  }
  return null;
}

/** Where a program is, or why the kernel could not execute it. */
export type Program = { path: string } | { problem: string };

/** Looks a command's program up as the engine does; a script's interpreter has to be there too. */
export function locateProgram(view: MergedView, config: ImageConfig, argv: readonly string[]): Program {
  const [argv0 = ""] = argv;
  const find = (name: string) => findExecutable(view, name, config.env["PATH"], config.workingDir);
  const found = find(argv0);
  if (found === null) return { problem: `${JSON.stringify(argv0)} is no executable file in the image` };
  const [interpreter, argument] = found.entry.interpreter ?? [];
  if (interpreter === undefined) return { path: found.path };
  const needed =
    posix.basename(interpreter) === "env" && argument !== undefined ? [interpreter, argument] : [interpreter];
  const missing = needed.find((name) => find(name) === null);
  return missing === undefined
    ? { path: found.path }
    : { problem: `${found.path} is a script for ${missing}, which is not in the image` };
}
