import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type Dockerode from "dockerode";
import { expect, test } from "vitest";
import { blob, configFor, engineWith, indexFor, type Member, manifestFor, sha256, tarOf } from "../../test/archive.ts";
import { probeImage } from "./probe.ts";

const first = await tarOf({ name: "etc/", type: "directory" }, { name: "etc/hostname", content: "first" });
const second = await tarOf({ name: "./app/main.js", content: "second!" });
const empty = Buffer.alloc(1024);
const config = configFor([first, second], { User: "65532:65532", Env: ["A=b=c"], WorkingDir: "/app" });

async function probed(members: Member[], architecture?: string) {
  return await probeImage("app:test", { docker: engineWith(await tarOf(...members), architecture) });
}

const pathsOf = ({ layers }: Awaited<ReturnType<typeof probed>>) =>
  layers.layers.map(({ files }) => files.map(({ path }) => path));
const expected = [["/etc", "/etc/hostname"], ["/app/main.js"]];

function dockerManifest(configPath: string, layers: string[]): Member {
  return { name: "manifest.json", content: JSON.stringify([{ Config: configPath, Layers: layers }]) };
}

test("reads Docker 26's layout: blobs first, in any order, manifest.json last", async () => {
  const blobs = [blob(second), blob(config), blob(first)];
  const manifest = dockerManifest(
    `blobs/sha256/${sha256(config)}`,
    [first, second].map((tar) => blob(tar).name),
  );
  const image = await probed([...blobs, manifest, { name: "oci-layout", content: "{}" }]);
  expect(pathsOf(image)).toEqual(expected);
  expect(image.layers.layers.map(({ instruction }) => instruction)).toEqual(["step 0", "step 1"]);
  expect(image.layers.layers.map(({ digest }) => digest)).toEqual(
    [first, second].map((tar) => `sha256:${sha256(tar)}`),
  );
  expect(image.layers.sizeBytes).toBe("first".length + "second!".length);
  expect(image.config).toMatchObject({ user: "65532:65532", env: { A: "b=c" }, workingDir: "/app", healthcheck: null });
});

test("reads the layout before Docker 25: <id>/layer.tar, a repeated layer as a symbolic link", async () => {
  const twice = configFor([first, first]);
  const image = await probed([
    { name: "aaa/layer.tar", content: first },
    { name: "aaa/VERSION", content: "1.0" },
    { name: "aaa/json", content: "{}" },
    { name: "bbb/layer.tar", type: "symlink", linkname: "../aaa/layer.tar" },
    { name: "ccc.json", content: twice },
    dockerManifest("ccc.json", ["aaa/layer.tar", "bbb/layer.tar"]),
  ]);
  expect(pathsOf(image)).toEqual([expected[0], expected[0]]);
  expect(image.layers.layers.map(({ instruction }) => instruction)).toEqual(["step 0", "step 1"]);
});

test("reads a containerd store's layout: compressed layers, several platforms, attestations", async () => {
  const stored = [gzipSync(first), zstdCompressSync(second)];
  const manifest = manifestFor(config, stored);
  const otherConfig = configFor([second], {}, "arm64");
  const other = manifestFor(otherConfig, [second]);
  const attestation = manifestFor("{}", []);
  const absent = manifestFor("{}", [first]);
  const platforms = indexFor(
    { document: attestation, annotations: { "vnd.docker.reference.type": "attestation-manifest" } },
    { document: other },
    { document: absent },
    { document: manifest },
  );
  const members = [
    ...stored.map(blob),
    ...[second, config, manifest, otherConfig, other, attestation, platforms].map(blob),
    { name: "index.json", content: indexFor({ document: platforms }) },
  ];
  expect(pathsOf(await probed(members))).toEqual(expected);
  expect(pathsOf(await probed(members, "arm64"))).toEqual([expected[1]]);
});

test("an empty layer is two blocks of zeros, and may be there twice", async () => {
  const twoEmpty = configFor([empty, empty]);
  const image = await probed([
    blob(empty),
    blob(twoEmpty),
    dockerManifest(blob(twoEmpty).name, [blob(empty).name, blob(empty).name]),
  ]);
  expect(pathsOf(image)).toEqual([[], []]);
});

test.each([
  [
    "a layer that is missing",
    [blob(first), blob(config), dockerManifest(blob(config).name, [blob(first).name, "gone"])],
  ],
  [
    "fewer layers than the configuration",
    [blob(first), blob(config), dockerManifest(blob(config).name, [blob(first).name])],
  ],
  ["no manifest", [blob(first), blob(config)]],
  ["a manifest that is no JSON", [{ name: "manifest.json", content: "[nothing" }]],
  ["an index that names itself nowhere useful", [{ name: "index.json", content: "{}" }]],
])("refuses %s", async (_, members) => {
  await expect(probed(members)).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
});

test("refuses an archive that ends in the middle of a layer", async () => {
  const whole = await tarOf(blob(first), blob(config), dockerManifest(blob(config).name, [blob(first).name]));
  const cut = probeImage("app:test", { docker: engineWith(whole.subarray(0, 1300)) });
  await expect(cut).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
});

test("refuses a layer whose tar is damaged", async () => {
  const damaged = Buffer.from(first);
  damaged.fill(0x41, 512, 600);
  const its = configFor([damaged]);
  const broken = probed([blob(damaged), blob(its), dockerManifest(blob(its).name, [blob(damaged).name])]);
  await expect(broken).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
});

test("stops when the caller aborts", async () => {
  const reason = new Error("enough");
  const docker = engineWith(await tarOf(blob(first)));
  await expect(probeImage("app:test", { docker, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("stops in the middle of an archive, too", async () => {
  const caller = new AbortController();
  const reason = new Error("enough");
  const part = (await tarOf(blob(first), blob(second))).subarray(0, 3000);
  let pieces = [part];
  const saved = new Readable({
    read() {
      const [piece] = pieces;
      pieces = [];
      // The engine has sent a part, and sends nothing more.
      if (piece === undefined) caller.abort(reason);
      else this.push(piece);
    },
  });
  const docker = engineWith(part);
  const image = { ...docker.getImage("app:test"), get: async () => saved };
  const stalled = { getImage: () => image } as unknown as Dockerode;
  await expect(probeImage("app:test", { docker: stalled, signal: caller.signal })).rejects.toBe(reason);
  expect(saved.destroyed).toBe(true);
});
