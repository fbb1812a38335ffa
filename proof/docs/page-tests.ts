import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { matches } from "./output.ts";
import type { ShellBlock } from "./page.ts";
import { runScript } from "./shell.ts";

/**
 * One test for each block whose output is shown, in the order of the page: what it prints is what is shown.
 * The stages' images are there before, as the pages tell their readers, and the variants that are named.
 * @param options images: made by the page, removed afterwards
 */
export function pageTests(
  name: string,
  blocks: ShellBlock[],
  { images = [], variants = [] }: { images?: string[]; variants?: string[] } = {},
): void {
  const run = new Run(name);
  // Under names of this run: two checkouts on one engine must not build over each other.
  const own = (text: string) => images.reduce((result, image) => result.replaceAll(image, `${image}-${run.id}`), text);
  beforeAll(async () => {
    const bases = join(ROOT, "out/bases.json");
    for (const target of ["stage-1", "stage-2", "stage-3", "stage-4", ...variants]) {
      await build(run, target, { files: ["course/docker-bake.hcl"], bases });
    }
  });
  afterAll(() => {
    run.close();
    if (images.length > 0) spawnSync("docker", ["image", "rm", "--force", ...images.map(own)]);
  });
  const shown = blocks.filter(({ outputs }) => outputs.length > 0);
  test.each(shown.map((block) => [`${block.heading} ${block.meta}`.trim(), block] as const))("%s", async (_, block) => {
    const { output } = await runScript(run, own(block.script));
    const [first = "", ...others] = block.outputs;
    if (others.some((other) => matches(output, other))) return;
    expect(matches(output, first), `${block.page}:${block.line} shows:\n${first}\nIt printed:\n${output}`).toBe(true);
  });
}
