import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { RECIPES, readCatalog } from "./catalog.ts";
import { registryOf, unreachableRegistries } from "./registry.ts";
import { hubResolution, localResolution, writeResolution } from "./resolve.ts";

const bases = readCatalog();
const parent = mkdtempSync(join(tmpdir(), "resolve-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

describe("the resolution", () => {
  test("hub: the digest of the reference; local: the loaded image and its ID", () => {
    const images = RECIPES.map((recipe) => ({ recipe, tag: `base/${recipe}:0123`, id: `sha256:${recipe}` }));
    for (const { ref, digest, recipe, lookAlike } of bases) {
      expect(hubResolution(bases).bases[ref]).toEqual({ origin: "hub", digest });
      expect(localResolution(bases, images).bases[ref]).toEqual({
        origin: lookAlike ? "look-alike" : "local",
        context: `docker-image://base/${recipe}:0123`,
        digest: `sha256:${recipe}`,
      });
    }
    expect(bases.filter(({ lookAlike }) => lookAlike).map(({ recipe }) => recipe)).toEqual(["chainguard"]);
    expect(() => localResolution(bases, images.slice(1))).toThrow(/no local image for/);
  });

  test("is written whole: a failed write leaves the old file and nothing beside it", () => {
    const file = join(parent, "written/bases.json");
    writeResolution(file, hubResolution(bases));
    const before = readFileSync(file, "utf8");
    expect(Object.keys(JSON.parse(before).bases)).toEqual(bases.map(({ ref }) => ref));
    const broken = { mode: "hub", bases: { x: 1n } } as unknown as ReturnType<typeof hubResolution>;
    expect(() => writeResolution(file, broken)).toThrow(TypeError);
    expect([readFileSync(file, "utf8"), readdirSync(join(parent, "written"))]).toEqual([before, ["bases.json"]]);
  });

  test("an unknown mode is a usage error", () => {
    const call = () =>
      execFileSync(process.execPath, [join(import.meta.dirname, "resolve.ts"), "--mode", "moon"], { stdio: "pipe" });
    expect(call).toThrow(
      expect.objectContaining({
        status: 2,
        stderr: Buffer.from('bases: expected --mode auto|hub|local, got "moon"\n'),
      }),
    );
  });
});

describe("the registries", () => {
  test.each([
    ["node:24@sha256:0", "docker.io"],
    ["library/node:24", "docker.io"],
    ["gcr.io/distroless/x:y@sha256:0", "gcr.io"],
    ["localhost/x", "localhost"],
    ["localhost:5000/x", "localhost:5000"],
  ])("%s is at %s", (ref, host) => {
    expect(registryOf(ref)).toBe(host);
  });

  test("each is asked once; who is silent is named", async () => {
    const asked: string[] = [];
    const silent = await unreachableRegistries(["node:24", "gcr.io/a/b", "node:22"], async (ref) => {
      asked.push(ref);
      return ref.startsWith("gcr.io");
    });
    expect([silent, asked.length]).toEqual([["docker.io"], 2]);
  });
});
