import { expect, test } from "vitest";
import { LargeFileSearch } from "./large-file.ts";

const secret = `HNA_DECOY_${"5a".repeat(16)}`;
function searched(content: string, path = "/app/dump.sql", chunk = 65_536) {
  const search = new LargeFileSearch(path);
  const bytes = Buffer.from(content);
  for (let start = 0; start < bytes.length; start += chunk) search.write(bytes.subarray(start, start + chunk));
  return search.end();
}

test.each([0, 70_000, 1_048_576 - 12, 1_048_576 - 40, 3_000_000])("found at byte %s, also across windows", (at) => {
  expect(searched(`${"-".repeat(at)}${secret}${"-".repeat(2_000_000)}`)).toEqual(["canary"]);
});

test("none in what has none, and none in compiled code", () => {
  expect(searched("-".repeat(2_000_000))).toEqual([]);
  expect(searched(`\x7fELF${"-".repeat(2_000_000)}${secret}`)).toEqual([]);
  expect(searched(`!<arch>\n${"-".repeat(2_000_000)}${secret}`)).toEqual([]);
});
