import { expect, test } from "vitest";
import { nodeOf, outcomeWith, told } from "../../test/traces.ts";
import { runTls001 } from "./run-tls-001.ts";

const withValue = (value: string | null) =>
  told(
    outcomeWith(runTls001, "asRun", {
      nodes: [nodeOf(), nodeOf({ pid: 9, environment: { NODE_ENV: null, NODE_TLS_REJECT_UNAUTHORIZED: value } })],
    }),
  );

test.each([null, "1", ""])("passes when the value is %j, which leaves verification on", (value) => {
  expect(withValue(value)).toMatch(/^pass/);
});

test("fails when one process has it off", () => {
  expect(withValue("0")).toBe("fail: process 9: NODE_TLS_REJECT_UNAUTHORIZED=0");
});

test("one process that is not readable does not hide another that is off", () => {
  const off = nodeOf({ pid: 9, environment: { NODE_ENV: null, NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
  expect(outcomeWith(runTls001, "asRun", { nodes: [nodeOf({ environment: null }), off] }).status).toBe("fail");
});
