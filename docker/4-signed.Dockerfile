# Stage 4, signed: no shell, no package manager, no distribution tools; one layer with fixed times.
# The signature itself is made by the pipeline, from the digest of this image.
FROM node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66 AS build
WORKDIR /src

# pnpm by hash, without install scripts: nothing unpinned runs in the build.
COPY toolchain/pnpm/package.json toolchain/pnpm/package-lock.json toolchain/pnpm/
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm ci --prefix toolchain/pnpm --ignore-scripts --no-audit --no-fund \
 && ln -s "$PWD"/toolchain/pnpm/node_modules/@pnpm/exe.*/pnpm /usr/local/bin/pnpm

# Fetches what the lock file names by hash, and runs none of it.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN --mount=type=secret,id=ca SSL_CERT_FILE=/run/secrets/ca pnpm fetch --frozen-lockfile --trust-lockfile --store-dir=/store

# PID 1 that forwards signals and reaps orphans; node as PID 1 leaves zombies behind.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends dumb-init=1.2.5-3 \
 && rm -rf /var/lib/apt/lists/*

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

# One tree with fixed times, so that the same commit gives the same layer. Source maps, declarations and
# readmes only help an intruder to read; licences stay. The package record lets scanners see dumb-init.
RUN --network=none mkdir -p /tree/usr/bin /tree/var/lib/dpkg/status.d \
 && cp -a /out /tree/app \
 && cp /usr/bin/dumb-init /tree/usr/bin/ \
 && dpkg --status dumb-init > /tree/var/lib/dpkg/status.d/dumb-init \
 && find /tree/app -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -iname '*.md' -o -iname '*.markdown' \) -delete \
 && find /tree/app -depth -type d -empty -delete \
 && find /tree -exec touch --no-dereference --date=@0 {} +

# The npm packages of this image as CycloneDX; exported beside the image, not shipped in it.
RUN --network=none pnpm --filter api sbom --prod --sbom-format cyclonedx > /sbom.json

# Taken out by the bake target "sbom"; never part of the image.
FROM scratch AS sbom
COPY --from=build /sbom.json /stage-4.sbom.json

FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e AS final

# Root-owned and never chowned: an intruder who becomes the runtime user cannot rewrite the app.
COPY --from=build /tree /
WORKDIR /app

# Libraries switch off development behaviour: stack traces in answers, verbose errors.
ENV NODE_ENV=production
EXPOSE 3000

# Numeric, so that Kubernetes can verify runAsNonRoot; with the group, because "65532" alone runs with group 0.
USER 65532:65532

# Exec form with the app's own script: no shell, no curl needed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/nodejs/bin/node", "dist/healthcheck.js"]

ENTRYPOINT ["/usr/bin/dumb-init", "--"]

# The heap fits the 256 MiB limit beside a 64 MiB tmpfs; SIGUSR1 cannot open the inspector; a
# diagnostic report carries no environment, where secrets may be.
# Arguments and not NODE_OPTIONS, which the health check would inherit.
CMD ["/nodejs/bin/node", "--max-old-space-size=96", "--disable-sigusr1", "--report-exclude-env", "dist/main.js"]

# Last, so that a new commit changes no layer above.
ARG REVISION=unknown

# What /version on the admin port answers.
ENV REVISION=$REVISION
LABEL org.opencontainers.image.title="hardened-node-api" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs24-debian13:nonroot" \
      org.opencontainers.image.base.digest="sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e"
