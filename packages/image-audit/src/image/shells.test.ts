import { expect, test } from "vitest";
import { factsOf, readingOf } from "./content.ts";

function shellOf(path: string, content: string, mode = 0o755) {
  const bytes = Buffer.from(content);
  return factsOf(bytes, path, readingOf(path, bytes.length, mode)).shell;
}

test.each([
  ["bash", "GNU bash, version %s-(%s)"],
  ["dash", "PS1=$ \0PS4=+ \0"],
  ["busybox", "BusyBox v1.35.0\0PS4=+ "],
  ["ksh", "KSH_VERSION\0PS4=+ "],
  ["zsh", "ZSH_VERSION"],
  ["toybox", "Toybox %s multicall binary%s"],
])("%s by what it carries in itself, also over 1 MiB", (name, marker) => {
  expect(shellOf("/opt/tool", `\x7fELF${"\0".repeat(1_500_000)}${marker}`)).toBe(name);
});

test("no shell: a script that speaks of one, a library, a file that nobody can execute", () => {
  expect(shellOf("/usr/bin/bashbug", "#!/bin/sh\n# GNU bash, version")).toBeUndefined();
  expect(shellOf("/usr/lib/libksh.so.1", "\x7fELFKSH_VERSION")).toBeUndefined();
  expect(shellOf("/opt/tool", "\x7fELFKSH_VERSION", 0o644)).toBeUndefined();
});
