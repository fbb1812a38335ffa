import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  directory,
  file,
  layerOf,
  observationOf,
  opaque,
  whiteout,
} from "../../test/observation.ts";
import type { FileEntry, ImageConfig, Layer } from "../image/observation.ts";
import { imgSecret001 } from "./img-secret-001.ts";

const copied = (...files: FileEntry[]) => layerOf("COPY . .", ...files);
const judged = (layers: Layer[], config: Partial<ImageConfig> = {}) =>
  imgSecret001.judge(observationOf({ layers: [baseLayer, appLayer, ...layers], config }), {});

test("good: examples, certificates, empty files and what public packages ship", () => {
  const files = [
    file("/app/.env.example"),
    file("/app/.env.production", { size: 0 }),
    file("/app/example.env"),
    file("/app/environment.envelope"),
    file("/app/.gitignore"),
    file("/etc/ssl/certs/ca-certificates.crt"),
    file("/app/node_modules/bottleneck/.env"),
    file("/app/node_modules/ssh/test/fixtures/id_rsa", { secrets: ["private key"] }),
    file("/usr/share/doc/tls/examples/server.key", { secrets: ["private key"] }),
  ];
  expect(judged([copied(...files)]).status).toBe("pass");
});

test.each([
  ["an environment file", file("/app/.env"), "environment file"],
  ["one with a name", file("/app/config/production.env"), "environment file"],
  ["one for tests", file("/app/test/.env.test"), "environment file"],
  ["one of the host's node_modules", file("/app/node_modules/.env"), "environment file"],
  ["a key by content", file("/app/deploy.pem", { secrets: ["private key"] }), "private key"],
  ["a key in the app's own tests", file("/app/test/fixtures/k.pem", { secrets: ["private key"] }), "private key"],
  ["a canary in a public package", file("/app/node_modules/x/test/a", { secrets: ["canary"] }), "canary"],
  ["a token", file("/root/.npmrc", { secrets: ["registry credential"] }), "registry credential"],
])("bad: %s, with layer, instruction and path", (_, entry, message) => {
  expect(judged([copied(entry)])).toMatchObject({
    status: "fail",
    evidence: [{ message, path: entry.path, instruction: "COPY . .", layer: expect.stringMatching(/^sha256:/) }],
  });
});

test("bad: a Git repository, named once", () => {
  const git = [directory("/app/.git"), file("/app/.git/HEAD"), file("/app/.git/objects/ab/cd")];
  expect(judged([copied(...git)])).toMatchObject({ evidence: [{ message: "Git repository", path: "/app/.git" }] });
  expect(judged([copied(file("/app/.git/HEAD"))])).toMatchObject({ evidence: [{ path: "/app/.git" }] });
});

test.each([
  ["the file", whiteout("/app/.env")],
  ["its folder", whiteout("/app")],
  ["all in its folder", opaque("/app")],
])("bad: deleted later (%s) is still in the layer, and the evidence says who deleted it", (_, deletion) => {
  const outcome = judged([copied(file("/app/.env")), layerOf("RUN other"), layerOf("RUN rm -rf .env", deletion)]);
  expect(outcome).toMatchObject({
    status: "fail",
    evidence: [{ message: "environment file; deleted later by RUN rm -rf .env, and still in this layer" }],
  });
});

test("a whiteout of an earlier layer, or of a sibling, deletes nothing", () => {
  const layers = [
    layerOf("RUN rm", whiteout("/app/.env")),
    copied(file("/app/.env")),
    layerOf("b", whiteout("/app/.en")),
  ];
  expect(judged(layers)).toMatchObject({ evidence: [{ message: "environment file" }] });
});

test("bad: environment and history, by content and by name; values are never printed", () => {
  const canary = `HNA_DECOY_${"0f".repeat(8)}`;
  const outcome = judged([], {
    env: {
      NODE_ENV: "production",
      SETTING: canary,
      DB_PASSWORD: "hunter2",
      dbSecret: "hunter2",
      DB: "postgres://app:hunter2@db/app",
      TOKEN_FILE: "/run/secrets/t",
    },
    history: [
      { instruction: `RUN |1 NPM_TOKEN=${canary} /bin/sh -c npm ci`, layer: baseLayer.digest },
      { instruction: "ARG API_KEY=hunter2", layer: null },
      { instruction: "RUN git clone https://bot:hunter2@git.example/app", layer: null },
      { instruction: 'RUN /bin/sh -c NPM_TOKEN="$(cat /run/secrets/t)" npm ci', layer: appLayer.digest },
    ],
  });
  expect(outcome).toMatchObject({
    status: "fail",
    evidence: [
      { message: "environment variable SETTING: canary" },
      { message: "environment variable DB_PASSWORD: credential by its name" },
      { message: "environment variable dbSecret: credential by its name" },
      { message: "environment variable DB: URL with a password" },
      { message: "history: canary, NPM_TOKEN", layer: baseLayer.digest },
      { message: "history: API_KEY", instruction: "ARG API_KEY=<value>" },
      { message: "history: URL with a password", instruction: "RUN git clone <URL with a password>@git.example/app" },
    ],
  });
  expect(JSON.stringify(outcome)).not.toMatch(/hunter2|0f0f0f/);
});

test("a secret in the instruction of a layer is replaced in the evidence about its files", () => {
  const layer = layerOf("RUN |1 NPM_TOKEN=hunter2 /bin/sh -c npm ci", file("/app/.env"));
  expect(JSON.stringify(judged([layer]))).not.toContain("hunter2");
});

test("what was not read is said", () => {
  const outcome = judged([copied(file("/app/large.bin", { size: 2_000_000 }))]);
  expect(outcome).toMatchObject({ evidence: [{ message: expect.stringContaining("1 over 1 MiB by name only") }] });
});
