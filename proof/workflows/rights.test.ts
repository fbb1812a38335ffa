import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { readWorkflows, type Workflow } from "./workflow.ts";

/** What neither actionlint nor zizmor asks of a workflow. */
function omissions({ file, text, permissions, concurrency, jobs }: Workflow): string[] {
  return [
    ...(JSON.stringify(permissions) === "{}" ? [] : [`${file}: expected permissions: {} at the top`]),
    ...(concurrency === undefined ? [`${file}: expected a concurrency group`] : []),
    ...(/pull_request_target|workflow_run/.test(text) ? [`${file}: a fork's code would run with our rights`] : []),
    ...Object.entries(jobs).flatMap(([id, job]) => [
      ...(job["timeout-minutes"] === undefined && job.uses === undefined
        ? [`${file}: ${id} may run for six hours`]
        : []),
      ...(job.permissions === undefined ? [`${file}: ${id} does not say what it may do`] : []),
      ...(job.steps ?? [])
        .filter(({ run }) => run?.includes("${{"))
        .map(() => `${file}: ${id} has an expression in run: it is pasted in before the shell reads it`),
      ...(job.steps ?? [])
        .filter((step) => step.uses?.startsWith("actions/checkout@"))
        .filter((step) => (step.with as Record<string, unknown> | undefined)?.["persist-credentials"] !== false)
        .map(() => `${file}: ${id} leaves its token in .git/config`),
    ]),
    ...(/\w\/\$\{\{ *github\.repository/.test(text) ? [`${file}: an owner may have capitals, an image has none`] : []),
  ];
}

const workflows = readWorkflows(ROOT);
const ci = workflows.find(({ file }) => file.endsWith("/ci.yml")) as Workflow;

test("no right by default, an end for every job, no token left behind, no expression in a script", () => {
  expect(workflows.flatMap(omissions)).toEqual([]);
});

test("the tests of pull requests have no secret and no right but to read", () => {
  expect(ci.text).not.toMatch(/secrets\.|id-token|: write/);
  for (const job of Object.values(ci.jobs)) expect(job.permissions).toEqual({ contents: "read" });
});

test("what writes is started by hand on main, by the calendar, or by a push to main; never by a pull request or a tag", () => {
  for (const { file, text, jobs } of workflows) {
    const writes = Object.values(jobs).some(({ permissions }) => /write/.test(JSON.stringify(permissions)));
    if (writes && text.includes("pull_request")) expect(text, file).toContain("github.event_name == 'push'");
    expect(text, file).not.toMatch(/^ *tags:/m);
  }
});

test("tools in workflows are those of pipeline/tools.json", () => {
  const { tools } = JSON.parse(readFileSync(join(ROOT, "pipeline/tools.json"), "utf8")) as {
    tools: { name: string; version: string }[];
  };
  const versionOf = (name: string) => tools.find((tool) => tool.name === name)?.version;
  const used = workflows.flatMap(({ text }) => [
    ...[...text.matchAll(/cosign-release: v(\S+) /g)].map((match) => ["cosign", match[1]]),
    ...[...text.matchAll(/cmd\/(crane|oras)@v(\S+)/g)].map(([, name, version]) => [name, version]),
  ]);
  expect(used.length).toBeGreaterThan(0);
  for (const [name = "", version] of used) expect(version, name).toBe(versionOf(name));
});

test("each omission is said", () => {
  const uses = "actions/checkout@x";
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
  const job = { steps: [{ run: "echo ${{ github.ref }}" }, { uses }, { uses, with: { "persist-credentials": true } }] };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
  const text = "on: pull_request_target\nenv: { IMAGE: ghcr.io/${{ github.repository }} }";
  expect(omissions({ file: "w.yml", text, permissions: { contents: "read" }, jobs: { one: job } })).toHaveLength(9);
});
