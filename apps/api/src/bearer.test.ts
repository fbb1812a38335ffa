import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import request from "supertest";
import { expect, test } from "vitest";
import { Directory, startHere, startProcess } from "../testing/service.ts";
import { Secret } from "./secret.ts";

const token = "first-token-0123456789";
const ask = async (path: string, authorization?: string) => {
  await using service = await startHere({ token: new Secret("METRICS_TOKEN", { value: token }) });
  const get = request(service.admin).get(path);
  return await (authorization === undefined ? get : get.set({ authorization }));
};

test.each(["/metrics", "/version", "/nothing"])("%s without the token is 401", async (path) => {
  const { body, headers, text } = await ask(path);
  expect(body).toMatchObject({ status: 401, code: "TOKEN_REQUIRED" });
  expect(headers["www-authenticate"]).toBe("Bearer");
  expect(text).not.toContain(token);
});

test.each(["Bearer", "Bearer x", `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token])(
  "%s is 401",
  async (authorization) => {
    expect((await ask("/metrics", authorization)).status).toBe(401);
  },
);

test.each([`Bearer ${token}`, `bearer ${token}`])("%s is let in", async (authorization) => {
  expect((await ask("/metrics", authorization)).status).toBe(200);
  expect((await ask("/nothing", authorization)).status).toBe(404);
});

test("the main port asks for no token", async () => {
  await using service = await startHere({ token: new Secret("METRICS_TOKEN", { value: token }) });
  expect((await request(service.server).get("/health")).status).toBe(200);
});

test("a rotated file counts without a restart, and a token never reaches the log", async () => {
  await using directory = await Directory.create();
  const path = join(directory.path, "token");
  await writeFile(path, `${token}\n`);
  await using service = await startProcess({ METRICS_TOKEN_FILE: path, LOG_LEVEL: "debug" });
  const url = `http://127.0.0.1:${await service.adminPort()}/version`;
  const status = async (given: string) => (await fetch(url, { headers: { authorization: `Bearer ${given}` } })).status;
  expect(await status(token)).toBe(200);
  const next = "other-token-0123456789";
  await writeFile(path, `${next}\n`);
  await utimes(path, 1, 1);
  expect([await status(token), await status(next)]).toEqual([401, 200]);
  expect(JSON.stringify(service.log.lines)).not.toMatch(/first-token|other-token/);
});

test("a token file that is not there: exit 2 with one sentence", async () => {
  await using service = await startProcess({ METRICS_TOKEN_FILE: "/nonexistent" });
  expect(await service.exited).toEqual({ code: 2, signal: null });
  expect(await service.stderr).toMatch(/^METRICS_TOKEN_FILE: .*ENOENT for "\/nonexistent"\.\n$/);
});
