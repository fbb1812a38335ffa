import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Archive } from "./archive.ts";
import { RECIPES } from "./catalog.ts";
import { tagOf } from "./recipe.ts";

const ARCHIVE: Archive = {
  suites: [{ uri: "http://mirror.example/debian", suite: "trixie" }],
  options: [],
};
const parent = mkdtempSync(join(tmpdir(), "recipe-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

describe("a tag is the hash of its recipe", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(parent, "recipe-"));
    for (const name of [
      "Dockerfile",
      "docker-bake.hcl",
      "distroless.sh",
      "rootfs.sh",
      "rootfs",
      "files",
      "npm",
      "variants-bake.hcl",
      "alpine",
      "chainguard",
    ]) {
      cpSync(join(import.meta.dirname, name), join(copy, name), { recursive: true });
    }
  });
  const tags = (archive = ARCHIVE) => RECIPES.map((recipe) => tagOf(recipe, archive, copy));

  test("stable, one per recipe, and the same for a copy elsewhere", () => {
    expect(tags()).toEqual(RECIPES.map((recipe) => tagOf(recipe, ARCHIVE)));
    expect(new Set(tags()).size).toBe(RECIPES.length);
    for (const tag of tags())
      expect(tag).toMatch(/^hardened-node-api-base\/(full|slim|distroless|alpine|chainguard):[0-9a-f]{12}$/);
  });

  test.each([
    ["Dockerfile", ["full", "slim", "distroless", "alpine", "chainguard"]],
    ["npm/package-lock.json", ["full", "slim", "distroless", "alpine", "chainguard"]],
    ["rootfs.sh", ["full", "slim", "alpine", "chainguard"]],
    ["rootfs/full.packages", ["full"]],
    ["files/docker-entrypoint.sh", ["full", "slim", "alpine", "chainguard"]],
    ["rootfs/distroless.packages", ["distroless", "chainguard"]],
    ["files/distroless/etc/passwd", ["distroless", "chainguard"]],
    ["alpine/system.sh", ["alpine"]],
    ["alpine/requirements.txt", ["alpine"]],
    ["chainguard/passwd", ["chainguard"]],
    ["variants-bake.hcl", ["alpine", "chainguard"]],
  ])("a change in %s changes exactly the tags that depend on it", (file, changed) => {
    const before = tags();
    appendFileSync(join(copy, file), "# changed\n");
    const after = tags();
    expect(RECIPES.filter((_, index) => after[index] !== before[index])).toEqual(changed);
  });

  test("so does another archive", () => {
    expect(tags({ ...ARCHIVE, options: ['Acquire::Check-Date "false";'] })).not.toEqual(tags());
  });
});
