import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../repository-copy.ts";

/**
 * CustomResourceDefinitions out of a Go module, which comes from the module cache or by its hash in go.sum.
 * @param folder of the go.mod that pins it, from the root
 */
export function resourceDefinitions(folder: string, module: string, files: string): string[] {
  const args = ["mod", "download", "-json", module];
  const { Dir } = JSON.parse(execFileSync("go", args, { cwd: join(ROOT, folder), encoding: "utf8" })) as {
    Dir: string;
  };
  return globSync(files, { cwd: Dir }).map((file) => join(Dir, file));
}
