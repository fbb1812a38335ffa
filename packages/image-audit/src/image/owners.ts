import { posix } from "node:path";
import { type MergedView, resolvePath } from "./view.ts";

const dpkgFile = /^\/var\/lib\/dpkg\/(?:info|status\.d)\/([^/:]+)(?::[^/]+)?\.(?:[a-z0-9]+)$/;

/** Which distribution package brought a program: by the file lists of dpkg (also distroless) and apk. */
export function packageOwners(view: MergedView): Map<string, string> {
  const owners = new Map<string, string>();
  // Records name /bin/mount where the image has /usr/bin/mount and a link from /bin.
  const own = (path: string, name: string) => owners.set(resolvePath(view, path)?.path ?? path, name);
  for (const [path, { entry }] of view) {
    const name = dpkgFile.exec(path)?.[1];
    if (name !== undefined) {
      owners.set(path, name); // the package's own scripts, postinst and the like, lie beside its list
      for (const program of entry.programs ?? []) own(program, name);
    } else if (path.endsWith("/apk/db/installed")) {
      for (const [program, owner] of apkFiles(entry.text ?? "")) own(program, owner);
    }
  }
  return owners;
}

// https://wiki.alpinelinux.org/wiki/Apk_spec: P: a package, F: a folder, R: a file in it.
function apkFiles(text: string): [string, string][] {
  let [name, folder] = ["", "/"];
  return text.split("\n").flatMap((line): [string, string][] => {
    const value = line.slice(2);
    if (line.startsWith("P:")) name = value;
    if (line.startsWith("F:")) folder = value;
    return line.startsWith("R:") ? [[posix.join("/", folder, value), name]] : [];
  });
}
