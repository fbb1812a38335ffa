import type { Contract } from "../contract.ts";

export const chainguard: Contract = {
  image: "chainguard",
  name: "Chainguard",
  dockerfile: "docker/variants/chainguard.Dockerfile",
  adds: "a vendor's minimal glibc image, rebuilt daily and signed by the vendor",
  run: "profile",
  limits: { maxBytes: 190_000_000, stopMs: 10_000 },
  skipped: {},
  faults: {
    "IMG-SHELL-001": "the free image has busybox; only a paid tag is without",
    "IMG-SHELL-002": "some 250 commands are links to busybox",
    "IMG-PROGRAM-001": "nothing starts busybox and npm",
    "IMG-WORLD-001": "the base has /app for everybody to write; the app lies elsewhere",
    "IMG-PKG-001": "the free image has npm",
  },
};
