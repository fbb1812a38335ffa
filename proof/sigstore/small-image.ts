import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Pushes an image of one small layer; two with the same content are the same image.
 * @param repository `127.0.0.1:PORT/name`
 * @returns `repository@sha256:…`
 */
export function pushSmallImage(repository: string, content: string, tag = "latest"): string {
  const folder = mkdtempSync(join(tmpdir(), "small-image-"));
  writeFileSync(join(folder, "file"), content);
  const layer = join(folder, "layer.tar");
  execFileSync("tar", ["--mtime=@0", "-C", folder, "-cf", layer, "file"]);
  const args = ["append", "--oci-empty-base", `--new_layer=${layer}`, `--new_tag=${repository}:${tag}`];
  const printed = execFileSync("crane", args, { encoding: "utf8", stdio: "pipe" });
  rmSync(folder, { recursive: true });
  return printed.trim();
}
