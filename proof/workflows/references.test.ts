import { expect, test } from "vitest";
import { parse } from "yaml";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { brokenReferences, offerOf } from "./references.ts";
import { readWorkflows, scriptsOf, type Workflow } from "./workflow.ts";

const workflows = readWorkflows(ROOT);
const offer = offerOf(ROOT);

/** A workflow of one job with these steps. */
function workflow(steps: string, env = "{}"): Workflow {
  const text = `jobs: { one: { env: ${env}, steps: [${steps}] } }`;
  return { ...(parse(text) as Workflow), file: "w.yml", text };
}

test("everything a workflow names is here: targets, variables, scripts, files", () => {
  expect(workflows.flatMap(scriptsOf).length).toBeGreaterThan(0);
  expect(workflows.flatMap((each) => brokenReferences(each, offer))).toEqual([]);
});

test("a renamed target is noticed in the workflow that uses it", () => {
  using copy = new RepositoryCopy();
  copy.replace("Makefile", /^check: /m, "verify: ");
  const broken = readWorkflows(copy.root).flatMap((each) => brokenReferences(each, offerOf(copy.root)));
  expect(broken).toContainEqual(expect.stringContaining("ci.yml: check, step 2: there is no target check"));
});

test.each([
  ["{ run: make gone }", "there is no target gone"],
  ["{ run: 'make check; make gone' }", "there is no target gone"],
  ["{ run: make check NOBODY=1 }", "no Makefile reads NOBODY"],
  ["{ run: make demo }", "demo is gone when proof/ or course/ is deleted"],
  ["{ run: bash pipeline/gone.sh }", "there is no file pipeline/gone.sh"],
  ["{ run: 'echo \"$NOT_SET\"' }", "nobody sets $NOT_SET"],
  ["{ run: 'echo \"$LATE\"' }, { run: 'echo LATE=1 >> \"$GITHUB_ENV\"' }", "nobody sets $LATE"],
  ["{ run: 'echo UNREAD=1 >> \"$GITHUB_ENV\"' }, { run: make check }", "nothing reads UNREAD"],
  ["{ run: make check, env: { READ_BY_NOBODY: 1 } }", "nothing reads READ_BY_NOBODY"],
])("%s: said", (step, message) => {
  expect(brokenReferences(workflow(step), offer)).toEqual([expect.stringContaining(message)]);
});

test.each([
  "{ run: make check test }",
  "{ run: make image IMAGE=x }",
  "{ run: make demo, if: \"hashFiles('proof/proof.mk') != ''\" }",
  "{ run: node pipeline/image.ts --tag x }",
  "{ run: 'echo \"$NAME $GITHUB_SHA\"', env: { NAME: x } }",
  "{ run: make run, env: { PORT: 1 } }",
  "{ run: 'echo EARLY=1 >> \"$GITHUB_ENV\"' }, { run: 'echo \"$EARLY\"' }",
])("%s: nothing to say", (step) => {
  expect(brokenReferences(workflow(step), offer)).toEqual([]);
});
