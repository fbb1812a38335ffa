import { readFile } from "node:fs/promises";
import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";

test("says what is running", async () => {
  await using service = await startHere();
  const { name, version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
  const { body } = await request(service.admin).get("/version");
  expect(body).toEqual({ name, version, revision: "abc123", node: process.versions.node });
});
