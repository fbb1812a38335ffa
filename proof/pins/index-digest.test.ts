import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Repository } from "./repository.ts";
import { indexDigest } from "./rules/index-digest.ts";

const platform = (architecture: string) => ({ platform: { os: "linux", architecture } });
const manifests = {
  index: JSON.stringify({ manifests: [platform("amd64"), platform("arm64")] }),
  child: JSON.stringify({ config: {}, layers: [] }),
  narrow: JSON.stringify({ manifests: [platform("amd64")] }),
};
const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const stored = new Map(Object.values(manifests).map((text) => [digestOf(text), text]));
let server: Server;
let host: string;
const root = mkdtempSync(join(tmpdir(), "pins-index-"));

beforeAll(async () => {
  server = createServer((request, response) => {
    const text = stored.get(request.url?.split("/").at(-1) ?? "");
    if (text === undefined) response.writeHead(404).end();
    else response.end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

async function examine(digest: string, registry = host) {
  writeFileSync(join(root, "Dockerfile"), `FROM ${registry}/node:24@${digest}\n`);
  return await indexDigest.examine(new Repository(root), new Date(0));
}

test("an index with every platform is as it should be", async () => {
  expect(await examine(digestOf(manifests.index))).toEqual({ seen: "1 image asked of 1", findings: [], skipped: [] });
});

test.each([
  ["a child's digest", digestOf(manifests.child), "not of the index"],
  ["an index without a platform of the release", digestOf(manifests.narrow), "has no linux/arm64"],
  ["a digest that is gone", digestOf("gone"), "answered 404"],
])("%s is found", async (_, digest, message) => {
  const { findings } = await examine(digest);
  expect(findings).toEqual([
    expect.objectContaining({ where: "Dockerfile:1", message: expect.stringContaining(message) as string }),
  ]);
});

test("a registry that does not answer is skipped by name, and is no finding", async () => {
  const { findings, skipped } = await examine(digestOf(manifests.index), "127.0.0.1:1");
  expect(findings).toEqual([]);
  expect(skipped).toEqual([expect.stringMatching(/^127\.0\.0\.1:1\/node:24: expected an answer/)]);
});

test("the image that a tool is taken out of is asked too, and named by its line", async () => {
  const image = `${host}/tool:1.2.3@${digestOf(manifests.child)}`;
  mkdirSync(join(root, "pipeline"));
  writeFileSync(join(root, "pipeline/tools.json"), JSON.stringify({ tools: [{ image }] }, undefined, 2));
  const { seen, findings } = await examine(digestOf(manifests.index));
  rmSync(join(root, "pipeline"), { recursive: true });
  expect(seen).toBe("2 images asked of 2");
  expect(findings).toMatchObject([
    { where: "pipeline/tools.json:4", message: expect.stringContaining(image) as string },
  ]);
});
