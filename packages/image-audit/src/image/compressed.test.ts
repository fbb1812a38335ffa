import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type Dockerode from "dockerode";
import { expect, onTestFinished, test } from "vitest";
import { blob, configFor, engineWith, sha256, tarOf } from "../../test/archive.ts";
import { compressedBytes } from "./compressed.ts";

// Larger than a block of 8 MiB, and neither all the same nor random.
const text = Array.from(
  { length: 300_000 },
  (_, line) => `line ${line} of ${sha256(String(line % 1000)).slice(0, 20)}`,
);
const large = await tarOf({ name: "large", content: text.join("\n") });
const small = await tarOf({ name: "small", content: "x" });
const config = configFor([large, small]);
const archive = await tarOf(blob(large), blob(small), blob(config), {
  name: "manifest.json",
  content: JSON.stringify([{ Config: blob(config).name, Layers: [blob(large).name, blob(small).name] }]),
});

function engine(layers: Buffer[], content: Buffer): Dockerode {
  const image = engineWith(content).getImage("app:test");
  const RootFS = { Layers: layers.map((layer) => `sha256:${sha256(layer)}`) };
  const inspect = async () => ({ Id: "sha256:0", Architecture: "amd64", RootFS });
  return { getImage: () => ({ ...image, inspect }) } as unknown as Dockerode;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "image-audit-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("is what gzip level 6 makes of the layers, within 0.1 %", async () => {
  const single = [large, small].reduce((sum, layer) => sum + gzipSync(layer, { level: 6 }).length, 0);
  const bytes = await compressedBytes("app:test", undefined, { docker: engine([large, small], archive) });
  expect(bytes).toBeGreaterThan(single * 0.999);
  expect(bytes).toBeLessThan(single * 1.001);
});

test("a layer in the cache is not compressed again, and with all of them there nothing is saved", async () => {
  const cacheDir = await temporaryFolder();
  const cache = join(cacheDir, "compressed-bytes.json");
  const measured = await compressedBytes("app:test", cacheDir, { docker: engine([large, small], archive) });

  const nothing = engine([large, small], Buffer.alloc(0));
  expect(await compressedBytes("app:test", cacheDir, { docker: nothing })).toBe(measured);

  const sizes: Record<string, number> = JSON.parse(await readFile(cache, "utf8"));
  await writeFile(cache, JSON.stringify({ [`sha256:${sha256(large)}`]: 7 }));
  const mixed = await compressedBytes("app:test", cacheDir, { docker: engine([large, small], archive) });
  expect(mixed).toBe(7 + (sizes[`sha256:${sha256(small)}`] ?? 0));
});

test("a damaged cache is measured anew", async () => {
  const cacheDir = await temporaryFolder();
  await writeFile(join(cacheDir, "compressed-bytes.json"), "{ half");
  const bytes = await compressedBytes("app:test", cacheDir, { docker: engine([large, small], archive) });
  expect(bytes).toBe(await compressedBytes("app:test", undefined, { docker: engine([large, small], archive) }));
});
