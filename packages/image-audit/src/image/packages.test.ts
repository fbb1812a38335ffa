import { expect, test } from "vitest";
import { file, hardlink, installed, layerOf, manifest, program, script, symlink } from "../../test/observation.ts";
import { countExecutables, countPackages } from "./packages.ts";
import { mergeLayers } from "./view.ts";

const count = (...files: Parameters<typeof layerOf>[1][]) => countPackages(mergeLayers([layerOf("one", ...files)]));

test("counts dpkg's packages, but not removed ones", () => {
  const status = "Package: a\nStatus: install ok installed\n\nPackage: b\nStatus: deinstall ok config-files\n";
  expect(count(file("/var/lib/dpkg/status", { text: status })).distribution).toBe(1);
});

test("counts distroless' and Alpine's packages", () => {
  const one = file("/var/lib/dpkg/status.d/libc6", { text: "Package: libc6\nVersion: 2\n" });
  expect(count(one, file("/var/lib/dpkg/status.d/tz", { text: "Package: tz\n" })).distribution).toBe(2);
  expect(count(file("/lib/apk/db/installed", { text: "C:Q1\nP:musl\nV:1\n\nP:zlib\n" })).distribution).toBe(2);
});

test("counts npm packages where they are installed, not subpaths, links and the app itself", () => {
  const counted = count(
    manifest("/app", { name: "app", version: "1.0.0" }),
    installed("/app/node_modules/a"),
    installed("/app/node_modules/@scope/b"),
    installed("/app/node_modules/a/node_modules/c"),
    installed("/app/node_modules/.pnpm/d@1/node_modules/d"),
    symlink("/app/node_modules/d", ".pnpm/d@1/node_modules/d"),
    manifest("/app/node_modules/a/esm", { name: "esm", version: "1.0.0" }),
    manifest("/app/node_modules/typed", { type: "module" }),
    file("/app/node_modules/broken/package.json", { text: "{" }),
  );
  expect(counted).toEqual({ distribution: 0, npm: 4 });
});

test("counts executables: ELF and scripts with an x bit, hard links, not symbolic ones", () => {
  const view = mergeLayers([
    layerOf(
      "one",
      program("/bin/a"),
      hardlink("/bin/b", "/bin/a"),
      symlink("/bin/c", "a"),
      script("/bin/d", "/bin/sh"),
      file("/data", { mode: 0o755 }),
      program("/lib/x.so", { mode: 0o644 }),
    ),
  ]);
  expect(countExecutables(view)).toBe(3);
});
