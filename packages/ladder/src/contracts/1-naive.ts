import { contract } from "../contract.ts";

export const naive = contract({
  stage: 1,
  name: "naive",
  dockerfile: "docker/1-naive.Dockerfile",
  adds: "one stage on the full Node image",
  run: "plain",
  limits: { maxBytes: 250_000_000, stopMs: 10_000 },
  skipped: {
    "RUN-HEALTH-001": "there is no health check to run",
    "RUN-HEALTH-002": "there is no health check to run",
  },
  faults: {
    "IMG-SIZE-001": "the full Node image, compilers included, with development dependencies and the package store",
    "IMG-USER-001": "no USER line: root",
    "RUN-USER-001": "no USER line: root",
    "IMG-EXEC-001": "shell-form CMD",
    "RUN-SIGTERM-001": "a shell is PID 1; SIGTERM never reaches node",
    "RUN-DRAIN-001": "the process is killed at the end of the budget, whatever is in flight",
    "IMG-HEALTH-001": "no HEALTHCHECK",
    "IMG-SHELL-001": "the full image has bash, dash and more",
    "IMG-PKG-001": "apt, npm, yarn, corepack and pnpm ship",
    "IMG-OWNER-001": "root runs the app and root can write everything",
    "IMG-ENV-001": "NODE_ENV is not set",
    "IMG-DEVDEPS-001": "the install is not a production install",
    "IMG-SECRET-001": "COPY . . takes the decoy .env and key; deleting them later leaves them in their layer",
    "RUN-ROFS-002": "started without a profile: the root file system is writable",
    "RUN-CAP-001": "started without a profile: the default bounding set",
    "RUN-PRIV-001": "started without a profile: default capabilities, privileges can be gained",
  },
});
