import { afterAll, expect, test } from "vitest";
import { contextFor, FixtureImages, profile } from "../../test/fixture-images.ts";
import { goodTraces, outcomeOf, told } from "../../test/traces.ts";
import { runRofs001 } from "../checks/run-rofs-001.ts";
import { probeReadOnly } from "./read-only.ts";

const { asRun } = goodTraces;
const images = new FixtureImages();
afterAll(() => images.remove());

test.each([
  ["plain", undefined],
  ["under the profile", profile],
])("an app that writes to TMPDIR only tolerates a read-only root, %s", async (_, conditions) => {
  const readOnly = await probeReadOnly(contextFor(await images.build("good"), { profile: conditions }));
  expect(readOnly).toMatchObject({ rootWriteErrno: "EROFS", writable: ["/dev/shm", "/tmp"], leftovers: [] });
  expect(readOnly.worked).toEqual({ status: 200, expectStatus: 200, error: null });
  expect(told(outcomeOf(runRofs001, { asRun, readOnly }))).toMatch(/^pass/);
});

test("an app that writes elsewhere does not start, and the line that tells why is kept", async () => {
  const context = contextFor(await images.build("good"), { env: { WRITE_AT_START: "/app/state" } });
  const readOnly = await probeReadOnly(context);
  expect(readOnly.start).toMatchObject({ ready: false, exitCode: 1 });
  expect(told(outcomeOf(runRofs001, { asRun, readOnly }))).toContain(
    "Error: EROFS: read-only file system, open '/app/state'",
  );
});

test("a file left behind and a writable volume are noticed", async () => {
  const context = contextFor(await images.build("withVolume"), { env: { LEAVE_FILES: "1" }, profile });
  const readOnly = await probeReadOnly({ ...context, profile: { ...profile, user: "0:0" } });
  expect(told(outcomeOf(runRofs001, { asRun, readOnly }))).toBe(
    "fail: /data is writable, too: a VOLUME of the image; /tmp/upload-0 was left behind by the request",
  );
});
