import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Pushes an image of one small layer; two with the same content are the same image.
 * @param repository `127.0.0.1:PORT/name`
 * @returns `repository@sha256:…`
 */
export function pushSmallImage(repository: string, content: string, tag = "latest"): string {
  return pushLayers(repository, [{ file: content }], tag);
}

/** Files by path in the image: content, and executable. A name that begins with `.wh.` deletes. */
export type LayerFiles = Record<string, string>;

/** The same of several layers, the oldest first; everything belongs to root. */
export function pushLayers(repository: string, layers: readonly LayerFiles[], tag = "latest"): string {
  const folder = mkdtempSync(join(tmpdir(), "small-image-"));
  const archives = layers.map((files, index) => {
    const layer = join(folder, String(index));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(layer, dirname(path)), { recursive: true });
      writeFileSync(join(layer, path), content, { mode: 0o755 });
    }
    const names = [...new Set(Object.keys(files).map((path) => path.split("/")[0] ?? ""))];
    const owner = ["--owner=0", "--group=0", "--mtime=@0"];
    execFileSync("tar", [...owner, "-C", layer, "-cf", `${layer}.tar`, ...names]);
    return `--new_layer=${layer}.tar`;
  });
  const args = ["append", "--oci-empty-base", ...archives, `--new_tag=${repository}:${tag}`];
  const printed = execFileSync("crane", args, { encoding: "utf8", stdio: "pipe" });
  rmSync(folder, { recursive: true });
  return printed.trim();
}

const NODE = "/nodejs/bin/node";

/**
 * Pushes what looks like a Node image to a reader of configuration and layers, and has nothing to find but that crane
 * can write no HEALTHCHECK.
 * @param more layers above the app's
 */
export function pushNodeImage(repository: string, more: readonly LayerFiles[] = [], user = "65532:65532"): string {
  const image = pushLayers(repository, [{ [NODE.slice(1)]: "", "app/main.js": "0\n".repeat(50_000) }, ...more]);
  const config = [`--user=${user}`, `--entrypoint=${NODE}`, "--cmd=/app/main.js", "--env=NODE_ENV=production"];
  return execFileSync("crane", ["mutate", ...config, image], { encoding: "utf8", stdio: "pipe" }).trim();
}
