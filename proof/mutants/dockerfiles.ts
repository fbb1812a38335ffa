import type { CheckId } from "image-audit";
import type { StageNumber } from "ladder";
import { type Mutant, of } from "./mutant.ts";

const on = (stage: StageNumber, check: CheckId) => ({ check, stage });
const slim = "node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66";
const full = "node:24-trixie@sha256:be40f6a87b9b22215ddb20da0a2320a5c6d583fe3ee3b0024d9fa4f05b40c8fd";

export const dockerfiles: readonly Mutant[] = [
  ...of(
    "docker/2-multi-stage.Dockerfile",
    ["slim runtime", `FROM ${slim} AS final`, `FROM ${full} AS final`, on(2, "IMG-SIZE-001")],
    ["production install", "deploy --prod ", "deploy ", on(2, "IMG-DEVDEPS-001")],
    ["NODE_ENV", "ENV NODE_ENV=production\n", "", on(2, "IMG-ENV-001")],
    ["exec form", 'CMD ["node", "dist/main.js"]', "CMD node dist/main.js", on(2, "IMG-EXEC-001")],
    [
      "SIGTERM reaches node",
      'CMD ["node", "dist/main.js"]',
      'CMD ["sh", "-c", "node dist/main.js; exit $?"]',
      on(2, "RUN-SIGTERM-001"),
    ],
  ),
  ...of("docker/2-multi-stage.Dockerfile.dockerignore", ["allow-list", "*\n", "", on(2, "IMG-SECRET-001")]),
  ...of(
    "docker/3-non-root.Dockerfile",
    ["USER line", "USER 65532:65532\n", "", on(3, "IMG-USER-001")],
    ["root-owned app", "COPY --from=build /out", "COPY --from=build --chown=65532:65532 /out", on(3, "IMG-OWNER-001")],
    ["dumb-init", 'ENTRYPOINT ["dumb-init", "--"]\n', "", on(3, "RUN-REAP-001")],
    ["HEALTHCHECK", /^HEALTHCHECK .*\n/m, "", on(3, "IMG-HEALTH-001")],
  ),
  ...of(
    "docker/4-signed.Dockerfile",
    ["distroless base", /^FROM gcr\.io\S+/m, `FROM ${slim}`, on(4, "IMG-SHELL-001")],
    ["group in USER", "USER 65532:65532", "USER 65532", on(4, "IMG-USER-001")],
    [
      "root-owned app",
      "COPY --from=build /tree",
      "COPY --from=build --chown=65532:65532 /tree",
      on(4, "IMG-OWNER-001"),
    ],
    ["production install", "deploy --prod ", "deploy ", on(4, "IMG-DEVDEPS-001")],
    ["NODE_ENV", "ENV NODE_ENV=production\n", "", on(4, "IMG-ENV-001")],
    ["dumb-init", 'ENTRYPOINT ["/usr/bin/dumb-init", "--"]', "ENTRYPOINT []", on(4, "RUN-REAP-001")],
    ["HEALTHCHECK", /^HEALTHCHECK .*\n/m, "", on(4, "IMG-HEALTH-001")],
    [
      "health check without a shell",
      'CMD ["/nodejs/bin/node", "dist/healthcheck.js"]',
      "CMD /nodejs/bin/node dist/healthcheck.js",
      on(4, "RUN-HEALTH-001"),
    ],
    [
      "health check that asks",
      'CMD ["/nodejs/bin/node", "dist/healthcheck.js"]',
      'CMD ["/nodejs/bin/node", "--eval", "0"]',
      on(4, "RUN-HEALTH-002"),
    ],
    ["heap limit", '"--max-old-space-size=96", ', "", on(4, "RUN-HEAP-001")],
    ["no inspector by signal", '"--disable-sigusr1", ', "", on(4, "RUN-INSPECTOR-001")],
    ["reports without environment", '"--report-exclude-env", ', "", on(4, "RUN-REPORT-001")],
    ["stop signal", "EXPOSE 3000\n", "EXPOSE 3000\nSTOPSIGNAL SIGKILL\n", on(4, "RUN-DRAIN-001")],
  ),
  ...of("docker/4-signed.Dockerfile.dockerignore", ["allow-list", "*\n", "", on(4, "IMG-SECRET-001")]),
];
