import type { Contract } from "../contract.ts";

export const alpine: Contract = {
  image: "alpine",
  name: "Alpine",
  dockerfile: "docker/variants/alpine.Dockerfile",
  adds: "musl instead of glibc; a shell and a package manager at hand",
  run: "profile",
  limits: { maxBytes: 185_000_000, stopMs: 10_000 },
  skipped: {},
  faults: {
    "IMG-SHELL-001": "Alpine is a busybox with its applets, the shell among them",
    "IMG-SHELL-002": "some 300 commands are links to busybox",
    "IMG-PROGRAM-001": "nothing starts apk, busybox, npm, corepack and yarn",
    "IMG-PKG-001": "the official image has apk, npm, yarn and corepack",
  },
};
