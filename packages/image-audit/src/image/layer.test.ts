import { pipeline } from "node:stream/promises";
import { expect, test } from "vitest";
import { type Member, tarOf } from "../../test/archive.ts";
import { SEARCHED_BYTES } from "./content.ts";
import { layerReader } from "./layer.ts";

async function read(...members: Member[]) {
  const reader = layerReader();
  await pipeline([await tarOf(...members)], reader.tar);
  return reader.content();
}

test("records owner, mode with setuid, and links; a hard link's bytes count once", async () => {
  const { files, sizeBytes } = await read(
    { name: "./bin/", type: "directory", mode: 0o1777 },
    { name: "bin/su", mode: 0o4755, uid: 1, gid: 2, content: "12345" },
    { name: "bin/su2", type: "link", linkname: "./bin/su" },
    { name: "sbin", type: "symlink", linkname: "../bin" },
    { name: "dev/null", type: "character-device" },
  );
  expect(files).toMatchObject([
    { path: "/bin", type: "directory", mode: 0o1777 },
    { path: "/bin/su", type: "file", size: 5, mode: 0o4755, uid: 1, gid: 2 },
    { path: "/bin/su2", type: "hardlink", target: "/bin/su", size: 0 },
    { path: "/sbin", type: "symlink", target: "../bin" },
    { path: "/dev/null", type: "other" },
  ]);
  expect(sizeBytes).toBe(5);
});

test("extended headers give large IDs and extended attributes", async () => {
  const pax = { uid: "4200000000", gid: "4200000001", "SCHILY.xattr.security.capability": "\u0001\u0000" };
  const { files } = await read({ name: "usr/bin/node", content: "x", pax });
  expect(files[0]).toMatchObject({ uid: 4_200_000_000, gid: 4_200_000_001 });
  expect(Object.keys(files[0]?.xattrs ?? {})).toEqual(["security.capability"]);
});

test("whiteouts carry the path that they delete, opaque marks the folder that they empty", async () => {
  const { files, sizeBytes } = await read({ name: "app/.wh.secret" }, { name: "etc/.wh..wh..opq" });
  expect(files).toMatchObject([
    { path: "/app/secret", type: "whiteout" },
    { path: "/etc", type: "opaque" },
  ]);
  expect(sizeBytes).toBe(0);
});

test("a name cannot leave the root", async () => {
  const { files } = await read({ name: "../../etc/passwd", content: "x" });
  expect(files[0]?.path).toBe("/etc/passwd");
});

test("tells ELF from scripts, with the interpreter, and looks only where an x bit is set", async () => {
  const { files } = await read(
    { name: "elf", mode: 0o755, content: "\x7fELF…" },
    { name: "script", mode: 0o755, content: "#! /usr/bin/env node\nlet x" },
    { name: "plain", mode: 0o755, content: "text" },
    { name: "module", mode: 0o644, content: "#!/usr/bin/env node\n" },
  );
  expect(files.map(({ executable, interpreter }) => [executable, interpreter])).toEqual([
    ["elf", undefined],
    ["script", ["/usr/bin/env", "node"]],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test("keeps the text of the few files that checks read, and of no other", async () => {
  const { files } = await read(
    { name: "etc/passwd", content: "root:x:0:0" },
    { name: "app/package.json", content: "{}" },
    { name: "var/lib/dpkg/status.d/libc6", content: "Package: libc6" },
    { name: "var/lib/dpkg/status.d/libc6.md5sums", content: "0" },
    { name: "app/main.js", content: "code" },
  );
  expect(files.map(({ text }) => text)).toEqual(["root:x:0:0", "{}", "Package: libc6", undefined, undefined]);
});

test("names secrets in content across chunk borders, never keeps them, and stops at 1 MiB", async () => {
  const canary = `HNA_DECOY_${"0a".repeat(16)}`;
  const padding = "x".repeat(200_000);
  const { files } = await read(
    { name: "app/config", content: padding + canary },
    { name: "app/large", content: Buffer.alloc(SEARCHED_BYTES + 1, canary) },
    { name: "app/none", content: padding },
  );
  expect(files.map(({ secrets }) => secrets)).toEqual([["canary"], undefined, undefined]);
  expect(JSON.stringify(files)).not.toContain(canary);
});
