import { contract } from "../contract.ts";

export const multiStage = contract({
  stage: 2,
  name: "multi-stage",
  dockerfile: "docker/2-multi-stage.Dockerfile",
  adds: "slim runtime, production dependencies only, exec form, allow-listed context",
  run: "plain",
  limits: { maxBytes: 250_000_000, stopMs: 10_000 },
  skipped: {
    "RUN-HEALTH-001": "there is no health check to run",
    "RUN-HEALTH-002": "there is no health check to run",
  },
  faults: {
    "IMG-USER-001": "no USER line: root",
    "RUN-USER-001": "no USER line: root",
    "IMG-HEALTH-001": "no HEALTHCHECK",
    "IMG-SHELL-001": "the slim image has bash and dash",
    "IMG-PROGRAM-001": "the slim image has hundreds of programs that a Node app never starts",
    "IMG-SETUID-001": "the slim image has su, mount, passwd and more with the bit",
    "IMG-PKG-001": "the slim image has apt, npm, yarn and corepack",
    "IMG-OWNER-001": "root runs the app and root can write everything",
    "RUN-SIGNAL-001": "node is PID 1: the kernel drops SIGTERM until the app has its handler",
    "RUN-REAP-001": "node is PID 1 and reaps only its own children",
    "RUN-ROFS-002": "started without a profile: the root file system is writable",
    "RUN-CAP-001": "started without a profile: the default bounding set",
    "RUN-PRIV-001": "started without a profile: default capabilities, privileges can be gained",
  },
});
