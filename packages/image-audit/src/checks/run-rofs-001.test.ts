import { expect, test } from "vitest";
import { goodTraces, notStarted, outcomeOf, outcomeWith, told } from "../../test/traces.ts";
import { runRofs001 } from "./run-rofs-001.ts";

test("passes when it starts, works and leaves nothing", () => {
  expect(outcomeWith(runRofs001, "readOnly").status).toBe("pass");
  expect(outcomeWith(runRofs001, "readOnly", { worked: null }).status).toBe("pass");
});

test("fails when it does not start, with the line that tells why", () => {
  const start = { ...notStarted, log: "booting\nError: EROFS: read-only file system, open '/app/cache'\n    at open" };
  expect(told(outcomeWith(runRofs001, "readOnly", { start }))).toBe(
    "fail: it does not start: it ended with exit code 1; Error: EROFS: read-only file system, open '/app/cache'",
  );
});

test("is unknown when it does not start as it is run either, unless it says that the root was why", () => {
  const neither = (log: string) => {
    const [asRun, readOnly] = [goodTraces.asRun, goodTraces.readOnly];
    const start = { ...notStarted, log };
    return told(outcomeOf(runRofs001, { asRun: { ...asRun, start }, readOnly: { ...readOnly, start } }));
  };
  expect(neither("DB_URL is missing")).toBe(
    "unknown: it does not start as it is run either: it ended with exit code 1",
  );
  expect(neither("Error: EROFS: read-only file system")).toMatch(/^fail/);
});

test.each([
  [
    "the request fails",
    { worked: { status: 500, expectStatus: 200, error: null } },
    "the request gave 500, expected 200",
  ],
  ["a volume is writable", { writable: ["/tmp", "/data"] }, "/data is writable, too: a VOLUME of the image"],
  ["a file is left behind", { leftovers: ["/tmp/upload-1"] }, "/tmp/upload-1 was left behind by the request"],
])("fails when %s", (_, changes, message) => {
  expect(told(outcomeWith(runRofs001, "readOnly", changes))).toBe(`fail: ${message}`);
});

test.each([null, "EACCES"])(
  "is unknown when a write to the root gave %s: the switch did not bite",
  (rootWriteErrno) => {
    expect(outcomeWith(runRofs001, "readOnly", { rootWriteErrno }).status).toBe("unknown");
  },
);
