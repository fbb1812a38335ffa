import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { readCatalog } from "./bases/catalog.ts";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";

// What a libc changes for whoever builds on it.
const run = new Run("variants");
const resolution = join(ROOT, "out/bases.json");
const bases = existsSync(resolution) ? resolution : undefined;
const image = "hardened-node-api:variant-changed";
afterAll(() => {
  run.close();
  spawnSync("docker", ["image", "rm", "--force", image]);
});

test.each(["alpine", "chainguard"])("a native addon in the app: no image %s at all", async (variant) => {
  using copy = new RepositoryCopy();
  copy.replace(
    `docker/variants/${variant}.Dockerfile`,
    " && rm -rf /out/src",
    " && touch /out/node_modules/x.node && rm -rf /out/src",
  );
  const built = build(run, variant, { context: copy.root, files: ["course/docker-bake.hcl"], bases, tag: image });
  await expect(built).rejects.toThrow(
    expect.objectContaining({
      code: "BUILD_FAILED",
      message: expect.stringContaining("native addons: /out/node_modules/x.node") as string,
    }),
  );
});

/** Which program is PID 1 of a container whose command is in shell form. */
function firstProcess(recipe: string): string {
  const { ref = "" } = readCatalog().find((base) => base.recipe === recipe) ?? {};
  const file = bases === undefined ? "{}" : readFileSync(bases, "utf8");
  const { bases: known = {} } = JSON.parse(file) as { bases?: Record<string, { context?: string }> };
  const base = known[ref]?.context?.replace("docker-image://", "") ?? ref;
  const labels = Object.entries(run.labels).map(([name, value]) => `--label=${name}=${value}`);
  const script = 'node -p "fs.readFileSync(`/proc/1/cmdline`, `latin1`).split(`\\0`)[0]"';
  const args = ["run", "--rm", "--network=none", ...labels, base, "/bin/sh", "-c", script.replaceAll("`", "'")];
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

test("shell form: Debian's shell stays PID 1 and keeps the signals; Alpine's gives its place to node", () => {
  expect(firstProcess("slim")).toBe("/bin/sh");
  expect(firstProcess("alpine")).toBe("node");
});
