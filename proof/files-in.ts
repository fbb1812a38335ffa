import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Regular files of a folder, whole paths. Node's own recursive listing follows links, and an image's /bin is one. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
