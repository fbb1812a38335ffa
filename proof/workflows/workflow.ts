import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as words } from "shell-quote";
import { parse } from "yaml";

export type Step = { name?: string; uses?: string; run?: string; if?: string; with?: object; env?: Env };
type Env = Record<string, string>;
export type Job = {
  env?: Env;
  if?: string;
  "timeout-minutes"?: number;
  uses?: string;
  permissions?: object;
  steps?: Step[];
};
export type Workflow = {
  file: string;
  text: string;
  env?: Env;
  permissions?: object;
  concurrency?: object;
  jobs: Record<string, Job>;
};

/** Every workflow of a checkout. */
export function readWorkflows(root: string): Workflow[] {
  return globSync(".github/workflows/*.yml", { cwd: root })
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return { ...(parse(text) as Omit<Workflow, "file" | "text">), file, text };
    });
}

/** A `run` step, with the variables that are set where it runs. */
export type Script = { where: string; run: string; if: string; env: Env };

export function scriptsOf({ file, env, jobs }: Workflow): Script[] {
  return Object.entries(jobs).flatMap(([id, job]) =>
    (job.steps ?? []).flatMap((step, index) =>
      step.run === undefined
        ? []
        : [
            {
              where: `${file}: ${id}, step ${index + 1}`,
              run: step.run,
              if: step.if ?? "",
              env: { ...env, ...job.env, ...written(job.steps?.slice(0, index) ?? []), ...step.env },
            },
          ],
    ),
  );
}

/** What steps set for those behind them: `NAME=… >> "$GITHUB_ENV"`, on one line. */
function written(steps: Step[]): Env {
  const lines = steps.flatMap(({ run = "" }) => run.split("\n")).filter((line) => line.includes("$GITHUB_ENV"));
  const names = lines.flatMap((line) => [...line.matchAll(/\b([A-Z][A-Z0-9_]*)=/g)].map(([, name = ""]) => name));
  return Object.fromEntries(names.map((name) => [name, "$GITHUB_ENV"]));
}

/** The simple commands of a script as words. A variable stays as it is written; operators and comments end a command. */
export function commandsOf(run: string): string[][] {
  return run.split("\n").flatMap((line) => {
    const found: string[][] = [[]];
    for (const word of words(line, (name) => `$${name}`)) {
      if (typeof word === "string") found.at(-1)?.push(word);
      else if ("pattern" in word) found.at(-1)?.push(word.pattern);
      else if ("op" in word) found.push([]);
    }
    return found.filter((command) => command.length > 0);
  });
}
