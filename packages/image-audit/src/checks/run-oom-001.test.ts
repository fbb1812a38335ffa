import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runOom001 } from "./run-oom-001.ts";

const withChanges = (changes: Parameters<typeof outcomeWith<"memory">>[2]) =>
  told(outcomeWith(runOom001, "memory", changes));
const fatalError = null;

test("passes when V8 ended it, with its words", () => {
  expect(withChanges({})).toBe(
    'pass: below the limit of 256 MiB: exit code 134, "FATAL ERROR: Reached heap limit - JavaScript heap out of memory"',
  );
});

test.each([
  [
    "the kernel did",
    { exitCode: 137, oomKilled: true, limitedByProbe: true, fatalError },
    "killed by the kernel at the probe's own limit of 256 MiB: exit code 137, OOMKilled",
  ],
  [
    "the container lived on",
    { exitCode: null },
    "the container lived on after its Node had taken all of the limit of 256 MiB",
  ],
  ["the failure became a success", { exitCode: 0 }, "V8 ended it, and the container ended with exit code 0"],
])("fails when %s", (_, changes, message) => {
  expect(withChanges(changes)).toBe(`fail: ${message}`);
});

test("a SIGKILL that was not for memory is told apart", () => {
  expect(withChanges({ exitCode: 137, fatalError })).toBe(
    "unknown: it was ended by somebody's SIGKILL, not for memory: exit code 137",
  );
  expect(withChanges({ exitCode: 1, fatalError })).toBe("unknown: it was ended by something else: exit code 1");
});
