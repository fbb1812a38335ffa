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
    for (const name of ["Dockerfile", "docker-bake.hcl", "distroless.sh", "rootfs.sh", "rootfs", "files", "npm"]) {
      cpSync(join(import.meta.dirname, name), join(copy, name), { recursive: true });
    }
  });
  const tags = (archive = ARCHIVE) => RECIPES.map((recipe) => tagOf(recipe, archive, copy));

  test("stable, one per recipe, and the same for a copy elsewhere", () => {
    expect(tags()).toEqual(RECIPES.map((recipe) => tagOf(recipe, ARCHIVE)));
    expect(new Set(tags()).size).toBe(3);
    for (const tag of tags()) expect(tag).toMatch(/^hardened-node-api-base\/(full|slim|distroless):[0-9a-f]{12}$/);
  });

  test.each([
    ["Dockerfile", [true, true, true]],
    ["npm/package-lock.json", [true, true, true]],
    ["rootfs.sh", [true, true, false]],
    ["rootfs/full.packages", [true, false, false]],
    ["files/docker-entrypoint.sh", [true, true, false]],
    ["rootfs/distroless.packages", [false, false, true]],
    ["files/distroless/etc/passwd", [false, false, true]],
  ])("a change in %s changes exactly the tags that depend on it", (file, changes) => {
    const before = tags();
    appendFileSync(join(copy, file), "# changed\n");
    expect(tags().map((tag, index) => tag !== before[index])).toEqual(changes);
  });

  test("so does another archive", () => {
    expect(tags({ ...ARCHIVE, options: ['Acquire::Check-Date "false";'] })).not.toEqual(tags());
  });
});
