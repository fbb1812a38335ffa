import { expect, test } from "vitest";
import { stepsThatRun } from "./bake.ts";

test("progress names the steps that run, and neither cached ones nor the builder's own", () => {
  const told: string[] = [];
  const read = stepsThatRun((step) => told.push(step));
  const lines = [
    "#1 [internal] load build definition from 4-signed.Dockerfile",
    "#1 DONE 0.0s",
    "#2 [context node:24@sha256:0] load metadata for x",
    "#3 [build 1/3] WORKDIR /src",
    "#3 CACHED",
    "#4 [build 2/3] RUN npm ci",
    "#5 [build 3/3] COPY a b",
    "#5 CACHED",
    "#4 0.512 added 1 package",
    "#4 DONE 2.0s",
    "#6 exporting to image",
  ];
  for (const line of lines) read(line);
  expect(told).toEqual(["[build 2/3] RUN npm ci"]);
});
