import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { commandChain, locateProgram, nodeScript, resolveScript, shellLine, shells } from "../image/command.ts";
import type { ImageConfig } from "../image/observation.ts";
import { type MergedView, resolvePath, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgHealth001 = defineCheck({
  id: "IMG-HEALTH-001",
  title: "The health check is in exec form and everything it names is in the image",
  severity: "medium",
  needs: ["image"],
  rationale:
    "A check that needs a shell, or a program that is not there, never becomes healthy; none at all, and a hung process " +
    "counts as running.",
  remediation: "Ship a small script for the image's own Node and name it in exec form.",
  references: ["https://docs.docker.com/reference/dockerfile/#healthcheck"],
  judge(observation) {
    const { config } = observation;
    const fix = 'Write HEALTHCHECK CMD ["node", "healthcheck.js"], with both in the image.';
    const [form, ...argv] = config.healthcheck?.test ?? [];
    if (form === undefined) return fail(fix, "no HEALTHCHECK");
    if (form === "NONE") return fail(fix, "HEALTHCHECK NONE switches the health check off");
    if (form === "CMD-SHELL") return fail(fix, "shell form: it needs /bin/sh at run time");
    if (argv.length === 0) return fail(fix, "HEALTHCHECK CMD without a program");
    const problems = commandChain(argv).flatMap((command) => commandProblems(viewOf(observation), config, command));
    return problems.length > 0 ? fail(fix, ...problems) : pass(`exec form: ${JSON.stringify(argv)}`);
  },
});

function commandProblems(view: MergedView, config: ImageConfig, argv: readonly string[]): string[] {
  const name = JSON.stringify(argv[0] ?? "");
  if (shellLine(argv) !== null) return [`${name} -c is the shell form in disguise`];
  const program = locateProgram(view, config, argv);
  if ("problem" in program) return [program.problem];
  const problems: string[] = [];
  if (needsShell(view, program.path)) problems.push(`${name} needs a shell (${program.path})`);
  const script = nodeScript(argv);
  if (script !== null && resolveScript(view, script, config.workingDir) === null) {
    problems.push(`the script ${JSON.stringify(script)} is not in the image (WORKDIR ${config.workingDir})`);
  }
  return problems;
}

// Also behind a symbolic link (busybox) or in a script's first line: a shell that is removed takes the check with it.
function needsShell(view: MergedView, path: string): boolean {
  const interpreter = resolvePath(view, path)?.entry.interpreter ?? [];
  return [path, ...interpreter].some((program) => shells.has(posix.basename(program)));
}
