import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { workload } from "../../test/fixture-images.ts";
import { Workload } from "../workload.ts";
import { readJson } from "./read-json.ts";

const folder = await mkdtemp(join(tmpdir(), "image-audit-test-"));
const file = join(folder, "workload.json");
afterAll(() => rm(folder, { recursive: true }));

const read = async (content: string) => {
  await writeFile(file, content);
  return readJson(file, "workload", Workload);
};

test("a valid file is read", async () => {
  expect(await read(JSON.stringify(workload))).toEqual(workload);
});

test.each([
  [
    { ...workload, request: { ...workload.request, bodyBytes: "many" } },
    "request.bodyBytes: Invalid input: expected number",
  ],
  [{ ...workload, redyPath: "/" }, 'Unrecognized key: "redyPath"'],
])("a wrong value is named with the file and its path", async (content, message) => {
  const error = await read(JSON.stringify(content)).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "FILE_INVALID", message: expect.stringContaining(message) });
  expect(error).toMatchObject({ message: expect.stringContaining(file) });
});

test("a file that is no JSON, or is not there, is named too", async () => {
  await expect(read("{")).rejects.toMatchObject({ code: "FILE_INVALID" });
  await expect(readJson(join(folder, "missing"), "profile", Workload)).rejects.toMatchObject({ code: "FILE_INVALID" });
});
