import { posix } from "node:path";
import { parse } from "shell-quote";
import { commandChain, shellLine, startCommand } from "./command.ts";
import type { ImageConfig } from "./observation.ts";
import { packageManifest } from "./packages.ts";
import { type MergedView, resolvePath } from "./view.ts";

/** One program that a container starts. `where` says what starts it, `env` what that sets for it alone. */
export type Started = { argv: string[]; env: Record<string, string>; where: string };

const managers = /^(bun|npm|pnpm|yarn|yarnpkg)(\.[cm]?js)?$/;
const lifecycle = new Set(["start", "stop", "restart", "test"]);
// A script that calls itself.
const MAX_DEPTH = 5;

/**
 * Every program that the start command and the health check name: behind wrappers (dumb-init, env), in a shell's line,
 * in the script of a package.json that npm, yarn or pnpm runs.
 */
export function startedPrograms(view: MergedView, config: ImageConfig): Started[] {
  const [form, ...check] = config.healthcheck?.test ?? [];
  const health = form === "CMD-SHELL" ? ["/bin/sh", "-c", ...check] : form === "CMD" ? check : [];
  return [
    ...followed(view, config, { argv: withNode(startCommand(config)), env: {}, where: "start command" }, 0),
    ...followed(view, config, { argv: health, env: {}, where: "health check" }, 0),
  ];
}

/** docker-entrypoint.sh of the official image puts node before an option and before a script. */
function withNode(argv: string[]): string[] {
  const after = argv.findIndex((argument) => posix.basename(argument) === "docker-entrypoint.sh") + 1;
  return after > 0 && /^-|\.[cm]?js$/.test(argv[after] ?? "") ? argv.toSpliced(after, 0, "node") : argv;
}

function followed(view: MergedView, config: ImageConfig, started: Started, depth: number): Started[] {
  const found: Started[] = [];
  let env = started.env;
  for (const argv of commandChain(started.argv)) {
    found.push({ ...started, argv, env });
    if (posix.basename(argv[0] ?? "") === "env") env = { ...env, ...assignments(argv.slice(1)) };
  }
  const innermost = found.at(-1);
  if (innermost === undefined || depth === MAX_DEPTH) return found;
  const lines = [...shellLines(innermost), ...scriptLines(view, config, innermost)];
  for (const { line, where } of lines) {
    for (const command of commandsOf(line)) {
      const inner = { argv: command.argv, env: { ...env, ...command.env }, where };
      found.push(...followed(view, config, inner, depth + 1));
    }
  }
  return found;
}

type Line = { line: string; where: string };

function shellLines({ argv, where }: Started): Line[] {
  const line = shellLine(argv);
  return line === null ? [] : [{ line, where }];
}

/** The name of the package.json script that a command line has a package manager run, or null. */
export function packageScript(argv: readonly string[]): string | null {
  const [program = "", ...rest] = argv;
  if (!managers.test(posix.basename(program))) return null;
  const [verb = "", name] = rest.filter((argument) => !argument.startsWith("-"));
  if (verb === "run" || verb === "run-script") return name ?? null;
  if (lifecycle.has(verb)) return verb;
  // yarn and pnpm take the script's name as it is.
  return /^(bun|pnpm|yarn)/.test(posix.basename(program)) && verb !== "" ? verb : null;
}

function scriptLines(view: MergedView, { workingDir }: ImageConfig, { argv }: Started): Line[] {
  const name = packageScript(argv);
  const file = resolvePath(view, posix.join(workingDir, "package.json"))?.path;
  if (name === null || file === undefined) return [];
  const scripts = packageManifest(view, file)?.scripts ?? {};
  return [`pre${name}`, name, `post${name}`].flatMap((script) => {
    const line = Object.hasOwn(scripts, script) ? scripts[script] : undefined;
    return line === undefined ? [] : [{ line, where: `script "${script}" of ${file}` }];
  });
}

/** The simple commands of a shell line. Expansions stay as they are written. */
function commandsOf(line: string): { argv: string[]; env: Record<string, string> }[] {
  const commands: string[][] = [[]];
  for (const token of parse(line, (name) => `$${name}`)) {
    if (typeof token === "string") commands.at(-1)?.push(token);
    else if ("pattern" in token) commands.at(-1)?.push(token.pattern);
    else if ("op" in token) commands.push([]);
  }
  return commands.map((words) => {
    const start = words.findIndex((word) => !/^\w+=/.test(word) && word !== "exec");
    const end = start === -1 ? words.length : start;
    return { argv: words.slice(end), env: assignments(words.slice(0, end)) };
  });
}

/** NAME=value at the head of a list of words; options of `env` between them are passed over. */
function assignments(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.flatMap((word) => {
      const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}
