import { posix } from "node:path";
import type { ImageConfig } from "./observation.ts";
import { findExecutable, type MergedView, resolvePath } from "./view.ts";

/** Programs that interpret a command line. */
export const shells: ReadonlySet<string> = new Set(
  "ash bash busybox csh dash fish ksh ksh93 mksh rbash sh tcsh toybox yash zsh".split(" "),
);

/** `options`: those whose value may be the next argument; `operands`: how many come before the command. */
type Wrapper = { options?: string; operands?: number };

// Programs that do something and then execute the rest of their arguments.
const wrappers: Readonly<Record<string, Wrapper>> = {
  catatonit: {},
  chroot: { options: "--groups --userspec", operands: 1 },
  "docker-entrypoint.sh": {},
  "docker-init": { options: "-e -p" },
  "dumb-init": { options: "-r --rewrite" },
  env: { options: "-a --argv0 -C --chdir -u --unset" },
  gosu: { operands: 1 },
  ionice: { options: "-c --class -n --classdata" },
  nice: { options: "-n --adjustment" },
  nohup: {},
  setpriv: {
    options:
      "--ambient-caps --inh-caps --bounding-set --ruid --euid --reuid --rgid --egid --regid --groups --securebits " +
      "--pdeathsig --ptracer --selinux-label --apparmor-profile --landlock-access --landlock-rule --seccomp-filter",
  },
  setsid: {},
  stdbuf: { options: "-i --input -o --output -e --error" },
  "su-exec": { operands: 1 },
  timeout: { options: "-k --kill-after -s --signal", operands: 1 },
  tini: { options: "-e -p" },
  "tini-static": { options: "-e -p" },
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
  if (argv.length === 0) return [];
  const unwrapped = unwrap(argv);
  return unwrapped === null ? [[...argv]] : [[...argv], ...commandChain(unwrapped.command)];
}

/** The environment of a container's main process: that of the image, changed by each `env` in front of the program. */
export function startEnvironment(config: ImageConfig): Record<string, string> {
  let env = config.env;
  for (const argv of commandChain(startCommand(config))) {
    if (posix.basename(argv[0] ?? "") !== "env") continue;
    const { options, operands } = unwrap(argv) ?? { options: [], operands: [] };
    if (options.some((option) => /^(-|-[0v]*i[0v]*|--ignore-environment)$/.test(option))) env = {};
    const unset = new Set(options.map((option) => option.replace(/^(-u|--unset=)/, "")));
    const kept = Object.entries(env).filter(([name]) => !unset.has(name));
    env = Object.fromEntries([...kept, ...operands.map(assigned)]);
  }
  return env;
}

function assigned(operand: string): [string, string] {
  const end = operand.indexOf("=");
  return [operand.slice(0, end), operand.slice(end + 1)];
}

/** A wrapper's own arguments and the command that it executes, or null when the program is no wrapper. */
function unwrap(argv: readonly string[]): { options: string[]; operands: string[]; command: string[] } | null {
  const name = posix.basename(argv[0] ?? "");
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (wrapper === undefined) return null;
  const valueOptions = wrapper.options?.split(" ") ?? [];
  let end = 1;
  while (argv[end]?.startsWith("-") && argv[end] !== "--") end += valueOptions.includes(argv[end] ?? "") ? 2 : 1;
  const first = argv[end] === "--" ? end + 1 : end;
  let last = first + (wrapper.operands ?? 0);
  if (name === "env") while (argv[last]?.includes("=")) last++;
  return { options: argv.slice(1, end), operands: argv.slice(first, last), command: argv.slice(last) };
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
  return nodeArguments(argv)?.script ?? null;
}

/** Node's own options and the script behind them, or null when the program is not Node. */
export function nodeArguments(argv: readonly string[]): { options: string[]; script: string | null } | null {
  const [program = "", ...rest] = argv;
  if (!/^node(js)?$/.test(posix.basename(program))) return null;
  for (let index = 0; index < rest.length; index++) {
    const argument = rest[index] ?? "";
    const options = rest.slice(0, index);
    if (nodeProgramOptions.has(argument)) return { options, script: null };
    if (argument === "--") return { options, script: rest[index + 1] ?? null };
    if (nodeValueOptions.has(argument)) index++;
    else if (!argument.startsWith("-")) return { options, script: argument };
  }
  return { options: rest, script: null };
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
