import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandsOf, type Script, scriptsOf, type Workflow } from "./workflow.ts";

/** What a checkout offers to a workflow: targets of make, with what is left when proof and course are deleted. */
export type Offer = { root: string; targets: Set<string>; core: Set<string>; variables: Set<string> };

/** The condition under which a step may use what proof or course define. */
const WITH_PROOF = "hashFiles('proof/proof.mk') != ''";
/** Set by the runner, or by the shell. https://docs.github.com/actions/reference/workflows-and-actions/variables */
const GIVEN = /^(?:GITHUB_\w+|RUNNER_\w+|ACTIONS_\w+|HOME|PATH|PWD|CI)$/;
/** Read by a tool that a script calls: where go installs, whom gh is. */
const OF_TOOLS = new Set(["GOBIN", "GH_TOKEN"]);

export function offerOf(root: string): Offer {
  const makefiles = ["Makefile", ...globSync(["course/course.mk", "proof/proof.mk"], { cwd: root })];
  const text = makefiles.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
  return {
    root,
    targets: targetsOf(root, "Makefile"),
    core: targetsOf(root, "Makefile", readFileSync(join(root, "Makefile"), "utf8").replace(/^-include .*$/m, "")),
    variables: new Set(
      [...text.matchAll(/\$[({]([A-Z][A-Z0-9_]*)\b|^([A-Z][A-Z0-9_]*) [:?]?=/gm)].map((m) => m[1] ?? m[2] ?? ""),
    ),
  };
}

/** Targets as make itself knows them. @param input a Makefile's text instead of the file */
function targetsOf(root: string, file: string, input?: string): Set<string> {
  const args = [
    "--print-data-base",
    "--question",
    "--no-builtin-rules",
    `--file=${input === undefined ? file : "-"}`,
    ":",
  ];
  const { stdout } = spawnSync("make", args, {
    cwd: root,
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
  });
  // Named in .PHONY alone it does nothing, successfully: a target has a recipe or something to make first.
  const entries = stdout
    .split("\n\n")
    .filter((entry) => /^[\w.-]+: *\S|^# {2}(?:recipe|commands) to execute/m.test(entry));
  return new Set(entries.flatMap((entry) => /^([\w.-]+)::?(?![=:])/m.exec(entry)?.[1] ?? []));
}

/** Everything a workflow names that this checkout does not have, and every variable that is set for nobody or by nobody. */
export function brokenReferences(workflow: Workflow, offer: Offer): string[] {
  const scripts = scriptsOf(workflow);
  return [
    ...scripts.flatMap((script) => [
      ...brokenMake(script, offer),
      ...brokenFiles(script, offer),
      ...unsetVariables(script),
    ]),
    ...unusedVariables(workflow, scripts, offer),
  ];
}

function brokenMake({ where, run, if: condition }: Script, offer: Offer): string[] {
  return commandsOf(run)
    .filter(([program]) => program === "make")
    .flatMap(([, ...args]) => args)
    .flatMap((arg) => {
      const [, variable] = /^([A-Z][A-Z0-9_]*)=/.exec(arg) ?? [];
      if (variable !== undefined) {
        return offer.variables.has(variable) ? [] : [`${where}: no Makefile reads ${variable}`];
      }
      if (!offer.targets.has(arg)) return [`${where}: there is no target ${arg}`];
      if (offer.core.has(arg) || condition.includes(WITH_PROOF)) return [];
      return [`${where}: ${arg} is gone when proof/ or course/ is deleted: if: ${WITH_PROOF}`];
    });
}

/** Words that are paths into this repository; what is made at run time lies under out/. */
function brokenFiles({ where, run }: Script, { root }: Offer): string[] {
  return commandsOf(run)
    .flat()
    .map((word) => word.replace(/^\.\//, ""))
    .filter(
      (word) =>
        /^[\w.][\w./-]*\/[\w./-]+$/.test(word) &&
        /^(?:apps|course|docker|docs|k8s|packages|pipeline|policies|proof|toolchain|\.github)\//.test(word),
    )
    .filter((word) => !existsSync(join(root, word)))
    .map((word) => `${where}: there is no file ${word}`);
}

function unsetVariables({ where, run, env }: Script): string[] {
  const assigned = new Set(
    [...run.matchAll(/\b([A-Z][A-Z0-9_]*)=|\bfor (\w+) in\b|\bread (?:-r )?(\w+)/g)].map((m) => m[1] ?? m[2] ?? m[3]),
  );
  const used = [...run.matchAll(/\$\{?([A-Z][A-Z0-9_]*)\b/g)].map((match) => match[1] ?? "");
  return [...new Set(used)]
    .filter((name) => env[name] === undefined && !assigned.has(name) && !GIVEN.test(name))
    .map((name) => `${where}: nobody sets $${name}`);
}

/** A variable is for the script, for make, or for the code that reads it. */
function unusedVariables(workflow: Workflow, scripts: Script[], { root, variables }: Offer): string[] {
  const sources = globSync(["{pipeline,toolchain,proof,packages}/**/*.{ts,sh}", "docker-bake.hcl"], {
    cwd: root,
    exclude: ["**/node_modules/**"],
  });
  const code = sources.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
  const set = new Set(scripts.flatMap(({ env }) => Object.keys(env)));
  return [...set]
    .filter((name) => !variables.has(name) && !OF_TOOLS.has(name))
    .filter(
      (name) => !scripts.some(({ env, run }) => env[name] !== undefined && new RegExp(`\\$\\{?${name}\\b`).test(run)),
    )
    .filter((name) => !new RegExp(`\\["${name}"\\]|\\benv\\.${name}\\b|\\$\\{?${name}\\b|"${name}"`).test(code))
    .map((name) => `${workflow.file}: nothing reads ${name}`);
}
