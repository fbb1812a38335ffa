# Stage 3, non-root: a numeric user that owns nothing, an init, a health check; runs with a read-only root.
FROM node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66 AS build
WORKDIR /src

# pnpm by hash, without install scripts: nothing unpinned runs in the build.
COPY toolchain/pnpm/package.json toolchain/pnpm/package-lock.json toolchain/pnpm/
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm ci --prefix toolchain/pnpm --ignore-scripts --no-audit --no-fund \
 && ln -s "$PWD"/toolchain/pnpm/node_modules/@pnpm/exe.*/pnpm /usr/local/bin/pnpm

# Fetches what the lock file names by hash, and runs none of it.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN --mount=type=secret,id=ca SSL_CERT_FILE=/run/secrets/ca pnpm fetch --frozen-lockfile --trust-lockfile --store-dir=/store

# Compiled without a network: a dependency cannot send anything away.
COPY package.json tsconfig.json ./
COPY apps/api apps/api
RUN --network=none pnpm --filter api install --frozen-lockfile --offline --trust-lockfile --store-dir=/store \
 && pnpm --filter api build

# Production dependencies only: compilers and test tools do not ship. Of OpenTelemetry's packages neither source maps nor
# types, which Node never loads, nor their second form for require(); the API's stays, because prom-client requires it.
RUN --network=none pnpm --filter api deploy --prod --offline --trust-lockfile --store-dir=/store /out \
 && rm -rf /out/src /out/test /out/bench /out/tsconfig*.json /out/pnpm-*.yaml /out/node_modules/.modules.yaml /out/node_modules/.pnpm-workspace-state-v1.json \
 && find /out -path '*/@opentelemetry/*' -type f \( -name '*.map' -o -name '*.d.[cm]ts' -o -name '*.cjs' ! -path '*/api/*' \) -delete

FROM node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66 AS final
WORKDIR /app

# PID 1 that forwards signals and reaps orphans; node as PID 1 leaves zombies behind.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends dumb-init=1.2.5-3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log

# Copied as root and never chowned: an intruder who becomes the runtime user cannot rewrite the app.
COPY --from=build /out ./

# Libraries switch off development behaviour: stack traces in answers, verbose errors.
ENV NODE_ENV=production
EXPOSE 3000

# Numeric, so that Kubernetes can verify runAsNonRoot; with the group, because "65532" alone runs with group 0.
USER 65532:65532

# Exec form with the app's own script: no shell, no curl needed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["node", "dist/healthcheck.js"]

ENTRYPOINT ["dumb-init", "--"]

# The heap fits the 256 MiB limit beside a 64 MiB tmpfs; SIGUSR1 cannot open the inspector; a
# diagnostic report carries no environment, where secrets may be.
# Arguments and not NODE_OPTIONS, which the health check would inherit.
CMD ["node", "--max-old-space-size=96", "--disable-sigusr1", "--report-exclude-env", "dist/main.js"]
