import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

test("an image and nothing else is audited with the engine's own patience", () => {
  expect(parseOptions(["app:1"])).toMatchObject({
    action: "audit",
    image: "app:1",
    stopMs: 10_000,
    static: false,
    json: false,
  });
});

test("every option is read", () => {
  const args = "--workload w --profile p --max-bytes 100 --stop-ms 5 --static --json app:1".split(" ");
  args.push("--label", "a=b=c", "--label", "empty=", "--work-dir", ".");
  expect(parseOptions(args)).toEqual({
    action: "audit",
    image: "app:1",
    workload: "w",
    profile: "p",
    maxBytes: 100,
    stopMs: 5,
    labels: { a: "b=c", empty: "" },
    workDir: process.cwd(),
    static: true,
    json: true,
  });
  expect(parseOptions(["--list-checks"])).toEqual({ action: "listChecks" });
});

test.each([
  [[]],
  [[""]],
  [["a", "b"]],
  [["a", "--label", "name"]],
  [["a", "--label", "=value"]],
  [["a", "--work-dir", "no/such/folder"]],
  [["a", "--work-dir", "package.json"]],
  [["a", "--work-dir", ""]],
  [["--unknown", "a"]],
  [["a", "--max-bytes", "12MB"]],
  [["a", "--stop-ms", "0"]],
  [["a", "--stop-ms", "-5"]],
  [["a", "--workload"]],
])("a mistake is named: %j", (args) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: "USAGE" }));
});
