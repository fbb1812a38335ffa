import { contract } from "../contract.ts";

export const nonRoot = contract({
  stage: 3,
  name: "non-root",
  dockerfile: "docker/3-non-root.Dockerfile",
  adds: "numeric user that owns nothing, dumb-init, exec health check, read-only root",
  run: "profile",
  limits: { maxBytes: 250_000_000, stopMs: 10_000 },
  skipped: {},
  faults: {
    "IMG-SHELL-001": "the slim image has bash and dash",
    "IMG-PROGRAM-001": "the slim image has hundreds of programs that a Node app never starts",
    "IMG-SETUID-001": "the slim image has su, mount, passwd and more; no-new-privileges only disarms them at run time",
    "IMG-PKG-001": "the slim image has apt, npm, yarn and corepack",
  },
});
