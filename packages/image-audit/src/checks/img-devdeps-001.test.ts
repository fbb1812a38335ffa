import { expect, test } from "vitest";
import { baseLayer, file, installed, layerOf, manifest, observationOf, symlink } from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgDevdeps001 } from "./img-devdeps-001.ts";

const judged = (...files: FileEntry[]) =>
  imgDevdeps001.judge(observationOf({ layers: [baseLayer, layerOf("COPY app", file("/app/main.js"), ...files)] }), {});

const app = manifest("/app", {
  name: "app",
  dependencies: { express: "5" },
  devDependencies: { typescript: "5", debug: "4" },
});
const debug = (folder: string) => installed(`${folder}/node_modules/debug`);

test("good: only production, hoisted; a devDependency that production needs as well is no finding", () => {
  const express = installed("/app/node_modules/express", { dependencies: { debug: "4" } });
  expect(judged(app, express, debug("/app")).status).toBe("pass");
});

test("bad: a devDependency beside it, named with layer and folder", () => {
  const express = installed("/app/node_modules/express");
  const outcome = judged(app, express, installed("/app/node_modules/typescript"));
  expect(outcome).toMatchObject({
    status: "fail",
    evidence: [{ message: "devDependency typescript", path: "/app/node_modules/typescript", instruction: "COPY app" }],
  });
});

test("bad: the hoisted copy, while production has its own nested one", () => {
  const express = installed("/app/node_modules/express", { dependencies: { debug: "2" } });
  expect(judged(app, express, debug("/app/node_modules/express"), debug("/app"))).toMatchObject({
    status: "fail",
    evidence: [{ path: "/app/node_modules/debug" }],
  });
});

test("bad: what only a devDependency brought, also when package.json no longer names that", () => {
  const pruned = manifest("/app", { name: "app", dependencies: { express: "5" } });
  const outcome = judged(pruned, installed("/app/node_modules/express"), installed("/app/node_modules/esbuild"));
  expect(outcome).toMatchObject({ evidence: [{ message: "no production dependency needs esbuild" }] });
});

// pnpm: links at the top, real folders in its store, a package's dependencies as links beside it.
const store = "/app/node_modules/.pnpm";
const pnpm = [
  app,
  symlink("/app/node_modules/express", ".pnpm/express@5/node_modules/express"),
  installed(`${store}/express@5/node_modules/express`, { dependencies: { debug: "4" } }),
  symlink(`${store}/express@5/node_modules/debug`, "../../debug@4/node_modules/debug"),
  debug(`${store}/debug@4`),
];

test("pnpm: good with production only; bad with a devDependency in the store, linked or not", () => {
  expect(judged(...pnpm).status).toBe("pass");
  const typescript = installed(`${store}/typescript@5/node_modules/typescript`);
  expect(judged(...pnpm, typescript)).toMatchObject({ evidence: [{ message: "devDependency typescript" }] });
  const link = symlink("/app/node_modules/typescript", ".pnpm/typescript@5/node_modules/typescript");
  expect(judged(...pnpm, typescript, link).status).toBe("fail");
});

test("optional dependencies and peers are production; an optional peer is, unless it is a devDependency", () => {
  const express = installed("/app/node_modules/express", {
    optionalDependencies: { native: "1" },
    peerDependencies: { peer: "1", typescript: "5", extra: "1" },
    peerDependenciesMeta: { typescript: { optional: true }, extra: { optional: true } },
  });
  const good = ["native", "peer", "extra"].map((name) => installed(`/app/node_modules/${name}`));
  expect(judged(app, express, ...good).status).toBe("pass");
  expect(judged(app, express, ...good, installed("/app/node_modules/typescript")).status).toBe("fail");
});

test("a monorepo: packages of the workspace bring their own dependencies; the root's node_modules is theirs, too", () => {
  const root = manifest("/app", { name: "root", devDependencies: { typescript: "5" } });
  const api = manifest("/app/apps/api", { name: "api", dependencies: { "@app/lib": "1" } });
  const link = symlink("/app/node_modules/@app/lib", "../../packages/lib");
  const lib = manifest("/app/packages/lib", { name: "@app/lib", dependencies: { zod: "4" } });
  const files = [root, api, link, lib, installed("/app/node_modules/zod")];
  expect(judged(...files).status).toBe("pass");
  expect(judged(...files, installed("/app/node_modules/typescript")).status).toBe("fail");
});

test("npm in the base is not the app's", () => {
  const npm = installed("/usr/local/lib/node_modules/npm/node_modules/debug");
  expect(judged(app, npm).status).toBe("pass");
});

test("a bundle without node_modules passes; node_modules that nothing explains is unknown", () => {
  expect(judged().status).toBe("pass");
  expect(judged(installed("/app/node_modules/express")).status).toBe("unknown");
  expect(judged(installed("/usr/local/lib/node_modules/npm/node_modules/debug")).status).toBe("pass");
  expect(judged(installed("/opt/yarn-v1.22.22/node_modules/debug")).status).toBe("pass");
  expect(judged(installed("/usr/src/app/node_modules/express")).status).toBe("unknown");
  expect(judged(installed("/opt/app/node_modules/express")).status).toBe("unknown");
  const silent = manifest("/app", { type: "module" });
  expect(judged(silent, installed("/app/node_modules/express")).status).toBe("unknown");
});
