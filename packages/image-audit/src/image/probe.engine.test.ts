import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blob, configFor, tarOf } from "../../test/archive.ts";
import { connectEngine } from "../engine.ts";
import { compressedBytes } from "./compressed.ts";
import { layerReader } from "./layer.ts";
import type { FileEntry } from "./observation.ts";
import { probeImage } from "./probe.ts";
import { type MergedView, mergeLayers } from "./view.ts";

const run = promisify(execFile);
const docker = await connectEngine();
const name = `image-audit-test-${process.pid}`;
const built = `${name}:built`;
const loaded = `${name}:loaded`;
const context = await mkdtemp(join(tmpdir(), "image-audit-"));
const PASSWORD = `HNA_DECOY_${"5a".repeat(16)}`;

const lower = await tarOf(
  { name: "bin/", type: "directory", mode: 0o755 },
  { name: "bin/tool", mode: 0o755, content: "#!/bin/sh\n" },
  { name: "bin/hard", type: "link", linkname: "bin/tool", mode: 0o4755 },
  { name: "bin/soft", type: "symlink", linkname: "tool" },
  { name: "app/", type: "directory", mode: 0o2755, uid: 65532, gid: 65532 },
  { name: "app/.env", mode: 0o600, uid: 65532, gid: 65532, content: `PASSWORD=${PASSWORD}` },
  { name: "cache/", type: "directory" },
  { name: "cache/old", content: "old" },
);
const upper = await tarOf(
  { name: "app/", type: "directory", mode: 0o755 },
  { name: "app/.wh..env" },
  { name: "app/main.js", content: "new" },
  { name: "cache/", type: "directory" },
  { name: "cache/.wh..wh..opq" },
  { name: "cache/new", content: "new" },
);

beforeAll(async () => {
  await writeFile(join(context, "lower.tar"), lower);
  await writeFile(join(context, "main.js"), "code");
  const lines = ["FROM scratch", "ADD lower.tar /", "COPY main.js /app/", "USER 65532:65532", 'CMD ["/bin/tool"]'];
  await writeFile(join(context, "Dockerfile"), `${lines.join("\n")}\n`);
  await run("docker", ["build", "--quiet", "--tag", built, context]);

  // Deleting needs a program in the image; a loaded layer gives the engine the same whiteouts to apply.
  const config = configFor([lower, upper], { Cmd: ["/bin/tool"] }, (await docker.version()).Arch);
  const manifest = [{ Config: "config.json", RepoTags: [loaded], Layers: [blob(lower).name, blob(upper).name] }];
  const archive = await tarOf(
    blob(lower),
    blob(upper),
    { name: "config.json", content: config },
    { name: "manifest.json", content: JSON.stringify(manifest) },
  );
  await buffer(await docker.loadImage(Readable.from([archive])));
});

afterAll(async () => {
  await rm(context, { recursive: true });
  for (const image of [built, loaded]) await docker.getImage(image).remove();
});

/** What a container really has, told by `docker export`; the engine adds its own mount points. */
async function exported(image: string): Promise<MergedView> {
  const container = await docker.createContainer({ Image: image, Labels: { "hardened-node-api.run": name } });
  try {
    const reader = layerReader();
    await pipeline(await container.export(), reader.tar);
    const { files } = reader.content();
    return mergeLayers([{ digest: "sha256:", instruction: "", sizeBytes: 0, files }]);
  } finally {
    await container.remove();
  }
}

const facts = ({ type, size, mode, uid, gid, target }: FileEntry) => ({ type, size, mode, uid, gid, target });
const addedByEngine = /^\/(\.dockerenv|dev|etc|proc|sys)(\/|$)|^\/$/;
const listing = (view: MergedView) =>
  new Map([...view].filter(([path]) => !addedByEngine.test(path)).map(([path, { entry }]) => [path, facts(entry)]));

test.each([built, loaded])("the merged view of %s is what a container has", async (image) => {
  const { layers } = await probeImage(image, { docker });
  const merged = listing(mergeLayers(layers.layers));
  expect(merged).toEqual(listing(await exported(image)));
  expect(merged.get("/bin/tool")?.mode).toBe(0o4755);
  expect(merged.get("/bin/hard")?.mode).toBe(0o4755);
});

test("a file that a later layer deleted is gone from the view and still in its layer, with its secret named", async () => {
  const { layers } = await probeImage(loaded, { docker });
  expect(mergeLayers(layers.layers).has("/app/.env")).toBe(false);
  const [first, second] = layers.layers;
  expect(first?.files.find(({ path }) => path === "/app/.env")?.secrets).toEqual(["canary"]);
  expect(second?.files.filter(({ type }) => type === "whiteout" || type === "opaque").map(({ path }) => path)).toEqual([
    "/app/.env",
    "/cache",
  ]);
  expect(JSON.stringify(layers)).not.toContain(PASSWORD);
});

test("the configuration is the engine's, and each layer has its instruction", async () => {
  const { image, config, layers } = await probeImage(built, { docker });
  expect(image.id).toBe((await docker.getImage(built).inspect()).Id);
  expect(config).toMatchObject({ user: "65532:65532", cmd: ["/bin/tool"], entrypoint: [], healthcheck: null });
  expect(layers.layers.map(({ instruction }) => instruction)).toEqual([
    expect.stringContaining("ADD lower.tar"),
    expect.stringContaining("COPY main.js"),
  ]);
});

test("sizeBytes is what tar counts in the layers: regular files, hard links once", async () => {
  const { layers } = await probeImage(built, { docker });
  const counting = `set -o pipefail
    for blob in $(docker save "$1" | tar -xO manifest.json | grep -o '"Layers":\\[[^]]*\\]' | grep -o 'blobs/[^"]*\\|[^"]*/layer.tar'); do
      docker save "$1" | tar -xO "$blob" | tar -tvf - | awk '/^-/ { sum += $3 } END { print sum + 0 }'
    done`;
  for (const image of [built, ...(await localBase())]) {
    const { stdout } = await run("bash", ["-c", counting, "bash", image], { maxBuffer: 1e8 });
    const counted = stdout.trim().split("\n").map(Number);
    expect((await probeImage(image, { docker })).layers.layers.map(({ sizeBytes }) => sizeBytes)).toEqual(counted);
  }
  expect(layers.sizeBytes).toBe(layers.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
});

/** A real distribution image, where one was built; the count on the fixture does not depend on it. */
async function localBase(): Promise<string[]> {
  const images = await docker.listImages({ filters: { reference: ["hardened-node-api-base/distroless"] } });
  return images.slice(0, 1).map(({ Id }) => Id);
}

test("compressedBytes reads the engine's archive", async () => {
  const bytes = await compressedBytes(built, undefined, { docker });
  expect(bytes).toBeGreaterThan(100);
  expect(bytes).toBeLessThan(lower.length);
});

test("an image that is not there is IMAGE_NOT_FOUND", async () => {
  await expect(probeImage(`${name}:none`, { docker })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});

test("aborted at any moment it rejects with the signal's reason, and nothing is thrown behind it", async () => {
  const stop = new Error("stop");
  const reasons = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(stop), index * 20);
      return await probeImage(built, { signal: controller.signal }).then(
        () => stop, // read to its end before the signal came
        (reason: unknown) => reason,
      );
    }),
  );
  expect(reasons).toEqual(reasons.map(() => stop));
});
