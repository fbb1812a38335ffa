import { expect, test } from "vitest";
import { outside } from "./as-run.ts";

test("a changed file is named, its folders are not", () => {
  expect(outside([], ["/app", "/app/logs", "/app/logs/a", "/app/logs/b"])).toEqual(["/app/logs/a", "/app/logs/b"]);
});

test("a folder whose name begins like another's is its own", () => {
  expect(outside([], ["/app", "/app-cache"])).toEqual(["/app", "/app-cache"]);
});

test("mount points, what is in them and the folders that lead to them are the engine's", () => {
  const changed = ["/etc", "/etc/ssl", "/etc/ssl/cert.pem", "/tmp", "/tmp/x", "/app/y"];
  expect(outside(["/etc/ssl/cert.pem", "/tmp"], changed)).toEqual(["/app/y"]);
});
