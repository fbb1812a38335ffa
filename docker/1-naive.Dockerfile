# Stage 1, naive: what most teams start with. Every fault here is on purpose and named in the stage's contract.
FROM node:24-trixie@sha256:be40f6a87b9b22215ddb20da0a2320a5c6d583fe3ee3b0024d9fa4f05b40c8fd
WORKDIR /app

# Everything that is not ignored, secrets of the checkout included.
COPY . .

# The one line that helps: pnpm by hash. It is the same line in every stage.
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm ci --prefix toolchain/pnpm --ignore-scripts --no-audit --no-fund \
 && ln -s "$PWD"/toolchain/pnpm/node_modules/@pnpm/exe.*/pnpm /usr/local/bin/pnpm

# Development dependencies and the package store stay in the image.
RUN --mount=type=secret,id=ca SSL_CERT_FILE=/run/secrets/ca pnpm install --frozen-lockfile --trust-lockfile \
 && pnpm --filter api build

# Deleted, yet still in the layer of the COPY above.
RUN rm -rf course/decoys

EXPOSE 3000

# Shell form: a shell becomes PID 1 and SIGTERM never reaches node.
# hadolint ignore=DL3025 # the fault this stage teaches
CMD node apps/api/dist/main.js
