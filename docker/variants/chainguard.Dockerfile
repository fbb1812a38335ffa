# Variant chainguard: the recipe of "Container Security 101", with what does not hold put right:
# the build has its compilers and runs before the production install; a glibc builder for a glibc final image; only what
# was deployed is copied, once, and nobody but root owns it; no clean-up that cleans nothing; a health check without "||".
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

# The final image names no Node version: an addon built for this one may not load in that one. Better no image.
RUN --network=none addons=$(find /out -name '*.node') \
 && [ -z "$addons" ] || { echo "native addons: $addons" >&2; exit 1; }

# One tree with fixed times, so that the same commit gives the same layer. Source maps, declarations and
# readmes only help an intruder to read; licences stay.
RUN --network=none mkdir -p /tree \
 && cp -a /out /tree/app \
 && find /tree/app -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -iname '*.md' -o -iname '*.markdown' \) -delete \
 && find /tree/app -depth -type d -empty -delete \
 && find /tree -exec touch --no-dereference --date=@0 {} +

FROM cgr.dev/chainguard/node:latest@sha256:10be2e69be84a55739a6f4e0ab47703746e546006dad2c80494fafc7f5f6c5fd AS final

# Root-owned and never chowned: an intruder who becomes the runtime user cannot rewrite the app.
# Not into /app: the base has that folder for everybody to write, and gives it to the runtime user.
COPY --from=build /tree/app /srv/app/
WORKDIR /srv/app

# Libraries switch off development behaviour: stack traces in answers, verbose errors.
ENV NODE_ENV=production
EXPOSE 3000

# Numeric, so that Kubernetes can verify runAsNonRoot; with the group, because "65532" alone runs with group 0.
USER 65532:65532

# Exec form with the app's own script: no shell, no wget needed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/usr/bin/node", "dist/healthcheck.js"]

# PID 1 that forwards signals and reaps orphans. The base has dumb-init and starts node without it.
ENTRYPOINT ["/usr/bin/dumb-init", "--"]

# The heap fits the 256 MiB limit beside a 64 MiB tmpfs; SIGUSR1 cannot open the inspector; a
# diagnostic report carries no environment, where secrets may be.
# Arguments and not NODE_OPTIONS, which the health check would inherit.
CMD ["/usr/bin/node", "--max-old-space-size=96", "--disable-sigusr1", "--report-exclude-env", "dist/main.js"]

# Last, so that a new commit changes no layer above.
ARG REVISION=unknown

# What /version on the admin port answers.
ENV REVISION=$REVISION
LABEL org.opencontainers.image.title="hardened-node-api" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="cgr.dev/chainguard/node:latest" \
      org.opencontainers.image.base.digest="sha256:10be2e69be84a55739a6f4e0ab47703746e546006dad2c80494fafc7f5f6c5fd"
