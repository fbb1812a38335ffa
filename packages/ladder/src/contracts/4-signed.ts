import { contract } from "../contract.ts";

export const signed = contract({
  stage: 4,
  name: "signed",
  dockerfile: "docker/4-signed.Dockerfile",
  adds: "distroless: no shell, no package manager; pruned tree in one layer with fixed times",
  run: "profile",
  limits: { maxBytes: 165_000_000, stopMs: 10_000 },
  skipped: {},
  faults: {},
});
