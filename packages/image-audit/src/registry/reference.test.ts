import { expect, test } from "vitest";
import { parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  [`node:24@${digest}`, { host: "docker.io", repository: "library/node", tag: "24", digest }],
  ["acme/app:1", { host: "docker.io", repository: "acme/app", tag: "1" }],
  ["127.0.0.1:5000/app:v1", { host: "127.0.0.1:5000", repository: "app", tag: "v1" }],
  [`localhost/a/b@${digest}`, { host: "localhost", repository: "a/b", digest }],
  [
    "gcr.io/distroless/nodejs24-debian13:nonroot",
    { host: "gcr.io", repository: "distroless/nodejs24-debian13", tag: "nonroot" },
  ],
])("%s", (text, expected) => {
  expect(parseReference(text)).toEqual(expected);
});

test.each([
  "",
  "app",
  "host.io/app",
  "app:",
  "app@sha256:12",
  `app@${digest}@${digest}`,
  "host.io/../x:1",
  "host.io/App:1",
  "a:b:c",
])("%j is no reference: neither tag nor digest, or not in the grammar", (text) => {
  expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: "REFERENCE_INVALID" }) as Error);
});
