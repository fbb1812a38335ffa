import { expect, test } from "vitest";
import { notStarted, outcomeWith, told } from "../../test/traces.ts";
import { runPort002 } from "./run-port-002.ts";

const startingAt = (unprivilegedPortStart: number | null) =>
  told(outcomeWith(runPort002, "asRun", { unprivilegedPortStart }));

test.each([1024, 2000])("passes when it is %d", (first) => {
  expect(startingAt(first)).toBe(`pass: net.ipv4.ip_unprivileged_port_start is ${first}`);
});

test.each([0, 80, 1023])("fails when it is %d", (first) => {
  expect(startingAt(first)).toBe(`fail: net.ipv4.ip_unprivileged_port_start is ${first}`);
});

test("is unknown when nobody could look", () => {
  expect(startingAt(null)).toBe("unknown: the setting was not readable: the kernel has none");
  expect(told(outcomeWith(runPort002, "asRun", { start: notStarted, unprivilegedPortStart: null }))).toMatch(
    /^unknown: .*exit code 1$/,
  );
});
