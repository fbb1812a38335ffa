import type { CheckId } from "image-audit";
import type { StageNumber } from "ladder";
import type { RepositoryCopy } from "../repository-copy.ts";

/** One control taken away, and the check that must object. */
export type Removal = {
  control: string;
  stage: StageNumber;
  check: CheckId;
  remove: (copy: RepositoryCopy) => void;
};

const third = "docker/3-non-root.Dockerfile";
const fourth = "docker/4-signed.Dockerfile";

export const removals: readonly Removal[] = [
  {
    control: "USER line",
    stage: 3,
    check: "IMG-USER-001",
    remove: (copy) => copy.replace(third, "USER 65532:65532\n", ""),
  },
  {
    control: "group in USER",
    stage: 4,
    check: "IMG-USER-001",
    remove: (copy) => copy.replace(fourth, "USER 65532:65532", "USER 65532"),
  },
  {
    control: "root-owned app",
    stage: 3,
    check: "IMG-OWNER-001",
    remove: (copy) => copy.replace(third, "COPY --from=build /out ./", "COPY --from=build --chown=65532:65532 /out ./"),
  },
  {
    control: "dumb-init",
    stage: 3,
    check: "RUN-REAP-001",
    remove: (copy) => copy.replace(third, 'ENTRYPOINT ["dumb-init", "--"]\n', ""),
  },
  {
    control: "HEALTHCHECK",
    stage: 4,
    check: "IMG-HEALTH-001",
    remove: (copy) => copy.replace(fourth, /^HEALTHCHECK .*\n/m, ""),
  },
  {
    control: "exec form of CMD",
    stage: 2,
    check: "IMG-EXEC-001",
    remove: (copy) =>
      copy.replace("docker/2-multi-stage.Dockerfile", 'CMD ["node", "dist/main.js"]', "CMD node dist/main.js"),
  },
  {
    control: "NODE_ENV",
    stage: 4,
    check: "IMG-ENV-001",
    remove: (copy) => copy.replace(fourth, "ENV NODE_ENV=production\n", ""),
  },
  {
    control: "production install",
    stage: 4,
    check: "IMG-DEVDEPS-001",
    remove: (copy) => copy.replace(fourth, "deploy --prod ", "deploy "),
  },
  {
    control: "a line of the ignore file",
    stage: 4,
    check: "IMG-SECRET-001",
    remove: (copy) => copy.replace(`${fourth}.dockerignore`, "*\n", ""),
  },
  {
    control: "distroless final image",
    stage: 4,
    check: "IMG-SHELL-001",
    remove: (copy) =>
      copy.replace(
        fourth,
        /^FROM gcr\.io\S+/m,
        "FROM node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66",
      ),
  },
];
