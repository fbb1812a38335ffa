import { expect, test } from "vitest";
import { factsOf, readingOf } from "./content.ts";

function programsOf(path: string, lines: string[]) {
  const content = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  return factsOf(content, path, readingOf(path, content.length, 0o644)).programs;
}

test("of dpkg's file lists only what lies where programs do is kept", () => {
  const lines = [
    "/.",
    "/usr/bin",
    "/usr/bin/perl5.40",
    "/usr/lib/apt/methods/http",
    "/usr/lib/libc.so.6",
    "/etc/bin.d",
  ];
  expect(programsOf("/var/lib/dpkg/info/apt:amd64.list", lines)).toEqual([
    "/usr/bin/perl5.40",
    "/usr/lib/apt/methods/http",
  ]);
  const sums = ["0123456789abcdef0123456789abcdef  usr/bin/dumb-init", "0123456789abcdef0123456789abcdef  etc/x"];
  expect(programsOf("/var/lib/dpkg/status.d/dumb-init.md5sums", sums)).toEqual(["/usr/bin/dumb-init"]);
  expect(programsOf("/app/files.list", lines)).toBeUndefined();
});
