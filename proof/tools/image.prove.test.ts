import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Run } from "pipeline/started";
import type { Tool } from "pipeline/tools";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { freePort } from "../free-port.ts";
import { startRegistry } from "../registry.ts";
import { ROOT } from "../repository-copy.ts";
import { unless } from "../unless.ts";
import { bring, bringTools } from "./bring.ts";
import { imageOf, take } from "./image.ts";

// A tool that is nowhere but in an image, in a real registry, on a machine without Go.
const reason =
  process.platform === "linux" ? await bringTools(["crane", "docker-registry"]) : "images hold Linux binaries";
const { proves } = unless(reason);

const run = new Run("image-test");
const NAME = "brought-from-an-image";
const link = join(ROOT, "toolchain/bin", NAME);
let address = "";
beforeAll(async () => {
  if (reason === undefined) address = await startRegistry(run);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(link, { force: true });
});
afterAll(() => run.close());

const crane = (...args: string[]) => execFileSync("crane", args, { encoding: "utf8", stdio: "pipe" }).trim();

/** An image with a program in its first layer and another file in a second one, under an index. */
async function pushed(name: string, version = "1.2.3"): Promise<{ tool: Tool; layer: string }> {
  const folder = mkdtempSync(join(run.folder, "content-"));
  const layers = ["program", "other"].map((file) => {
    mkdirSync(join(folder, file, "bin"), { recursive: true });
    const program = join(folder, file, "bin", file);
    writeFileSync(program, `#!/bin/sh\necho ${name} ${version}\n`);
    chmodSync(program, 0o755);
    execFileSync("tar", ["-C", join(folder, file), "-czf", join(folder, `${file}.tar.gz`), "./bin"]);
    return `--new_layer=${join(folder, `${file}.tar.gz`)}`;
  });
  const child = crane("append", "--oci-empty-base", ...layers, `--new_tag=${address}/${name}:child`);
  const manifest = crane("manifest", child);
  const [layer] = (JSON.parse(manifest) as { layers: { digest: string }[] }).layers;
  const digest = child.split("@")[1] ?? "";
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [{ mediaType, digest, size: Buffer.byteLength(manifest), platform: { os: "linux", architecture } }],
  });
  const answer = await fetch(`http://${address}/v2/${name}/manifests/index`, {
    method: "PUT",
    headers: { "content-type": "application/vnd.oci.image.index.v1+json" },
    body: index,
  });
  const image = `${address}/${name}:index@${answer.headers.get("docker-content-digest")}`;
  const tool: Tool = { name: NAME, version: "1.2.3", ask: ["version"], for: "a test", image, path: "/bin/program" };
  return { tool, layer: layer?.digest ?? "" };
}

/** A machine without Go, with a cache of its own. */
function withoutGo(): string {
  const path = (process.env["PATH"] ?? "").split(":").filter((bin) => !existsSync(join(bin, "go")));
  const cache = mkdtempSync(join(run.folder, "cache-"));
  vi.stubEnv("PATH", path.join(":"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
  return cache;
}

proves("its binary is brought by digest, kept, and executable; another time it comes from the cache", async () => {
  const { tool } = await pushed("good");
  withoutGo();
  expect(await bring(tool)).toMatchObject({ way: "missing", reason: "not here; make tools brings it" });
  expect(await bring(tool, { run })).toMatchObject({ way: "image" });
  expect(execFileSync(NAME, { encoding: "utf8" })).toBe("good 1.2.3\n");
  expect(statSync(imageOf(tool)?.binary ?? "").mode & 0o777).toBe(0o755);
  rmSync(link);
  expect(await bring(tool)).toMatchObject({ way: "cache" });
  rmSync(link);
  const other = { ...tool, image: tool.image?.replace(/.{4}$/, "0000") };
  expect(await bring(other)).toMatchObject({ way: "missing" }); // what was kept is of another digest
});

proves("a byte that differs in the layer is refused, and nothing is kept", async () => {
  const { tool, layer } = await pushed("tampered");
  const hex = layer.split(":")[1] ?? "";
  const file = join(run.folder, "registry/docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
  const bytes = readFileSync(file);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  withoutGo();
  const brought = await bring(tool, { run });
  expect(brought).toMatchObject({
    way: "missing",
    reason: expect.stringContaining(`expected the bytes of ${layer}`) as string,
  });
  expect(existsSync(imageOf(tool)?.binary ?? "")).toBe(false);
  expect(existsSync(link)).toBe(false);
});

proves("a manifest of another digest, another version, no such file: each missing, with its reason", async () => {
  const { tool } = await pushed("wrong", "1.2.4");
  withoutGo();
  const digest = `sha256:${"0".repeat(64)}`;
  const reasons = async (over: Partial<Tool>) => {
    const brought = await bring({ ...tool, ...over }, { run });
    return "reason" in brought ? brought.reason : brought.way;
  };
  expect(await reasons({ image: `${address}/wrong@${digest}` })).toContain(`answered 404 to ${digest}`);
  expect(await reasons({})).toMatch(/expected .* to say 1\.2\.3: seen 1\.2\.4$/);
  expect(await reasons({ path: "/bin/none" })).toContain("has no file /bin/none");
});

proves("a registry that does not answer is named and asked once; an image is no way on macOS", async () => {
  const { tool } = await pushed("unreachable");
  withoutGo();
  const nobody = `127.0.0.1:${await freePort()}`;
  const away = { ...tool, image: tool.image?.replace(address, nobody) ?? "" };
  const missing = {
    way: "missing",
    reason: expect.stringContaining(`expected an answer of ${nobody}, got none`) as string,
  };
  expect(await bring(away, { run })).toMatchObject(missing);
  expect(await bring({ ...away, name: `${NAME}-too` }, { run })).toMatchObject(missing);
  const what = imageOf(tool);
  if (what === undefined) throw new TypeError("expected an image");
  await expect(take(run, what, () => undefined, "darwin")).rejects.toThrow("Linux binaries only");
});
