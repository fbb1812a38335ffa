import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tracesOf } from "./secret-traces.ts";

const secret = "canary-7f3a?/+é-0123456789abcdef";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "traces-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");

test.each([
  ["as it is", `token=${secret}`],
  ["percent-encoded", `?token=${encodeURIComponent(secret)}`],
  ["as hex", Buffer.from(secret).toString("hex")],
  ...[0, 1, 2].flatMap((before): [string, string | Buffer][] => [
    [`in base64 after ${before} bytes`, base64(`${"a".repeat(before)}${secret}bc`)],
    [`in base64url after ${before} bytes`, Buffer.from(`${"a".repeat(before)}${secret}bc`).toString("base64url")],
    [`in base64 of base64 after ${before} bytes`, base64(`{"a":"${"a".repeat(before)}${base64(`x${secret}`)}"}`)],
  ]),
  ["compressed", gzipSync(`x${secret}x`)],
])("a secret is found %s", (_, content) => {
  writeFileSync(join(folder, "file"), content);
  expect(tracesOf({ token: secret }, folder)).toEqual({ found: ["token in file"], files: 1 });
});

test("one that is not there is not found, nor half of it", () => {
  writeFileSync(join(folder, "file"), `${secret.slice(0, 20)} ${base64(secret.slice(0, 20))}`);
  expect(tracesOf({ token: secret }, folder)).toEqual({ found: [], files: 1 });
});
