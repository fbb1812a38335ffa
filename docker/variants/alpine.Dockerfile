# Variant alpine: musl instead of glibc, a package manager to reach for and a shell to debug with; a fault of both kinds.
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

# Compiled here, a native addon is linked against glibc and does not load on musl: better no image than that one.
RUN --network=none addons=$(find /out -name '*.node') \
 && [ -z "$addons" ] || { echo "native addons: $addons" >&2; exit 1; }

# One tree with fixed times, so that the same commit gives the same layer. Source maps, declarations and
# readmes only help an intruder to read; licences stay.
RUN --network=none mkdir -p /tree \
 && cp -a /out /tree/app \
 && find /tree/app -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -iname '*.md' -o -iname '*.markdown' \) -delete \
 && find /tree/app -depth -type d -empty -delete \
 && find /tree -exec touch --no-dereference --date=@0 {} +

FROM node:24.21.0-alpine3.24@sha256:ebfe2f90462722a7a4de65e91990e97fe0d401c70e0e762c5b53302f905ec1c1 AS final

# PID 1 that forwards signals and reaps orphans; node as PID 1 leaves zombies behind.
RUN apk add --no-cache tini=0.19.0-r3

# Root-owned and never chowned: an intruder who becomes the runtime user cannot rewrite the app.
COPY --from=build /tree /
WORKDIR /app

# Libraries switch off development behaviour: stack traces in answers, verbose errors.
ENV NODE_ENV=production
EXPOSE 3000

# Numeric, so that Kubernetes can verify runAsNonRoot; with the group, because "65532" alone runs with group 0.
USER 65532:65532

# Exec form with the app's own script: the shell and wget of Alpine may go one day.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["node", "dist/healthcheck.js"]

ENTRYPOINT ["/sbin/tini", "--"]

# The heap fits the 256 MiB limit beside a 64 MiB tmpfs; SIGUSR1 cannot open the inspector; a
# diagnostic report carries no environment, where secrets may be.
# Arguments and not NODE_OPTIONS, which the health check would inherit.
CMD ["node", "--max-old-space-size=96", "--disable-sigusr1", "--report-exclude-env", "dist/main.js"]

# Last, so that a new commit changes no layer above.
ARG REVISION=unknown

# What /version on the admin port answers.
ENV REVISION=$REVISION
LABEL org.opencontainers.image.title="hardened-node-api" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="node:24.21.0-alpine3.24" \
      org.opencontainers.image.base.digest="sha256:ebfe2f90462722a7a4de65e91990e97fe0d401c70e0e762c5b53302f905ec1c1"
