import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

// What the project promises on its card.
const manifest = (file: string) => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as Record<
    string,
    object
  >;
  return Object.keys({ ...dependencies, ...devDependencies });
};

test("C1: TypeScript with express, pino, helmet, supertest, testcontainers; dumb-init from the distribution", () => {
  const used = globSync(["package.json", "apps/*/package.json", "packages/*/package.json"], { cwd: ROOT }).flatMap(
    manifest,
  );
  for (const name of ["typescript", "express", "pino", "helmet", "supertest", "testcontainers"])
    expect(used).toContain(name);
  for (const stage of ["3-non-root", "4-signed"]) {
    expect(readFileSync(join(ROOT, `docker/${stage}.Dockerfile`), "utf8")).toMatch(/apt-get install .* dumb-init=/);
  }
  const scripts = globSync("{apps,packages,pipeline,proof,course,toolchain}/**/*.{js,mjs}", {
    cwd: ROOT,
    exclude: ["**/node_modules", "**/dist"],
  });
  expect(scripts.filter((file) => !file.startsWith("packages/image-audit/test/app/"))).toEqual([]);
});

test("C2: the top level has everything that was promised", () => {
  const files = ["package.json", "pnpm-workspace.yaml", "Makefile", "README.md"];
  const folders = ["apps", "packages", "docker", "k8s/base", "policies/kyverno", ".github/workflows"];
  for (const name of [...files, ...folders]) expect(existsSync(join(ROOT, name)), name).toBe(true);
});

test("C3: the API has /health, a health check program, and the four staged Dockerfiles", () => {
  for (const file of ["apps/api/src/health.ts", "apps/api/src/healthcheck.ts"])
    expect(existsSync(join(ROOT, file)), file).toBe(true);
  const stages = globSync("docker/*.Dockerfile", { cwd: ROOT })
    .map((file) => file.replace("docker/", ""))
    .toSorted((a, b) => a.localeCompare(b));
  expect(stages).toEqual(["1-naive", "2-multi-stage", "3-non-root", "4-signed"].map((name) => `${name}.Dockerfile`));
});

test("the hardening instructions of each Dockerfile carry their reason", () => {
  for (const file of globSync("docker/[2-4]*.Dockerfile", { cwd: ROOT })) {
    const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
    const bare = lines.filter(
      (line, index) => /^(USER|HEALTHCHECK|CMD|ENV|COPY --from)/.test(line) && !explained(lines, index),
    );
    expect(bare, file).toEqual([]);
  }
});

/** A comment stands directly above the instruction, or above its neighbour of the same block. */
function explained(lines: string[], index: number): boolean {
  const above = lines.slice(0, index).toReversed();
  const block = above.slice(0, above.indexOf(""));
  return block.some((line) => line.startsWith("#"));
}

test("the shared part of stages 2 to 4 is the same, so that a diff shows the hardening only", () => {
  const build = (file: string) => {
    const text = readFileSync(join(ROOT, `docker/${file}.Dockerfile`), "utf8");
    return text.slice(text.indexOf("\nFROM"), text.indexOf("\n\n", text.indexOf("# Production dependencies only")));
  };
  expect(build("3-non-root")).toBe(build("2-multi-stage"));
  const init = /# PID 1 that[\s\S]*?lists\/\*\n\n/;
  expect(build("4-signed")).toMatch(init);
  expect(build("4-signed").replace(init, "")).toBe(build("2-multi-stage"));
});
