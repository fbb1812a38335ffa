import { expect, test } from "vitest";
import { appLayer, baseLayer, file, layerOf, observationOf, whiteout } from "../../test/observation.ts";
import type { FileEntry, ImageConfig, Layer } from "../image/observation.ts";
import { imgSecret002 } from "./img-secret-002.ts";

const copied = (...files: FileEntry[]) => layerOf("COPY . .", ...files);
const judged = (layers: Layer[], config: Partial<ImageConfig> = {}) =>
  imgSecret002.judge(observationOf({ layers: [baseLayer, appLayer, ...layers], config }), {});

test("good: nothing of it, and what IMG-SECRET-001 reports", () => {
  expect(judged([copied(file("/app/.env"), file("/app/k", { secrets: ["private key"] }))]).status).toBe("pass");
  const labels = { "org.opencontainers.image.title": "app", "com.example.token-file": "/run/secrets/token" };
  const history = [
    { instruction: "ARG REVISION", layer: null },
    { instruction: "RUN --mount=type=secret,id=token npm ci", layer: appLayer.digest },
  ];
  expect(judged([], { labels, history }).status).toBe("pass");
});

test.each([
  [file("/app/dump.sql", { size: 5_000_000, credentials: ["canary"] }), "canary"],
  [file("/root/.kube/config", { credentials: ["cluster credential"] }), "cluster credential"],
  [file("/app/.env-production"), "environment file"],
  [file("/app/server.p12"), "keystore"],
])("bad: %j, with layer, instruction and path, also when deleted later", (entry, message) => {
  const where = { path: entry.path, instruction: "COPY . .", layer: expect.stringMatching(/^sha256:/) };
  expect(judged([copied(entry)])).toEqual({
    status: "fail",
    fix: expect.any(String),
    evidence: [{ message, ...where }],
  });
  const gone = judged([copied(entry), layerOf("RUN rm", whiteout(entry.path))]);
  expect(gone).toMatchObject({
    evidence: [{ message: `${message}; deleted later by RUN rm, and still in this layer`, ...where }],
  });
});

const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.${"a1B2".repeat(10)}`;
test.each<[string, Partial<ImageConfig>]>([
  ["environment variable SESSION: JSON Web Token", { env: { SESSION: jwt } }],
  ["environment variable DB_PASS: credential by its name", { env: { DB_PASS: "hunter2" } }],
  ["label com.example.api-token: credential by its name", { labels: { "com.example.api-token": "hunter2" } }],
  ["label build: URL with a password", { labels: { build: "https://bot:hunter2@git.example/app" } }],
  ["command node: API_TOKEN", { entrypoint: [], cmd: ["node", "main.js", "--api-token", "API_TOKEN=hunter2"] }],
  ["history: build argument NPM_TOKEN", { history: [{ instruction: "ARG NPM_TOKEN", layer: null }] }],
  ["history: DB_PASS", { history: [{ instruction: "RUN |1 DB_PASS=hunter2 /bin/sh -c true", layer: null }] }],
  ["history: JSON Web Token", { history: [{ instruction: `RUN curl -H ${jwt} https://h`, layer: null }] }],
])("bad: %s; the value is not printed", (message, config) => {
  const outcome = judged([], config);
  expect(outcome).toMatchObject({ status: "fail", evidence: [{ message: expect.stringContaining(message) }] });
  expect(JSON.stringify(outcome)).not.toMatch(/hunter2|eyJzdWI/);
});
