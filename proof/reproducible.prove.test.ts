import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { startRegistry } from "./registry.ts";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";
import { bringTools } from "./tools/bring.ts";
import { unless } from "./unless.ts";

// One commit, one digest: a reviewer can rebuild what was signed and compare. The second build uses no cache.
const run = new Run("reproducible");
const NAME = "hardened-node-api-reproducible";
const { proves } = unless(await bringTools(["docker-registry"]));
afterAll(() => {
  run.close();
  const tags = ["first", "second", "third", "fourth"].map((tag) => `${NAME}:${tag}`);
  spawnSync("docker", ["image", "rm", "--force", ...tags]);
});

async function idOf(tag: string, context = ROOT, set: string[] = []): Promise<string> {
  const bases = join(ROOT, "out/bases.json");
  return (await build(run, "stage-4", { context, bases, tag: `${NAME}:${tag}`, set })).imageId;
}

function layersOf(tag: string): string[] {
  const args = ["image", "inspect", "--format={{json .RootFS.Layers}}", `${NAME}:${tag}`];
  return JSON.parse(execFileSync("docker", args, { encoding: "utf8" })) as string[];
}

test("two builds of one commit, the second without cache, give one image ID", async () => {
  expect(await idOf("second", ROOT, ["no-cache=true"])).toBe(await idOf("first"));
  expect(layersOf("second")).toEqual(layersOf("first"));
});

proves("pushed, they have one manifest digest", async () => {
  const registry = await startRegistry(run);
  const digestOf = (tag: string) => {
    const pushed = `${registry}/${NAME}:${tag}`;
    execFileSync("docker", ["tag", `${NAME}:${tag}`, pushed]);
    const output = execFileSync("docker", ["push", pushed], { encoding: "utf8" });
    execFileSync("docker", ["image", "rm", pushed]);
    return /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1];
  };
  const first = digestOf("first");
  expect(first).toMatch(/^sha256:/);
  expect(digestOf("second")).toBe(first);
});

test("without the line that fixes the times two builds differ", async () => {
  using copy = new RepositoryCopy();
  copy.replace("docker/4-signed.Dockerfile", " && find /tree -exec touch --no-dereference --date=@0 {} +\n", "\n");
  copy.replace("docker/4-signed.Dockerfile", "-empty -delete \\\n", "-empty -delete");
  await idOf("third", copy.root);
  await idOf("fourth", copy.root, ["no-cache=true"]);
  expect(layersOf("fourth")).not.toEqual(layersOf("third"));
});
