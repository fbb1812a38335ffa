import { expect, test } from "vitest";
import { notStarted, outcomeWith, told } from "../../test/traces.ts";
import { runPort001 } from "./run-port-001.ts";

const listeningOn = (...ports: number[]) =>
  told(outcomeWith(runPort001, "asRun", { listening: ports.map((port) => ({ address: "0.0.0.0", port })) }));

test("passes with every socket that listens", () => {
  expect(listeningOn(3000, 1024)).toBe("pass: listening: 0.0.0.0 port 3000, 0.0.0.0 port 1024");
});

test("fails with the low ones", () => {
  expect(listeningOn(3000, 1023, 80)).toBe("fail: 0.0.0.0 port 1023; 0.0.0.0 port 80");
});

test("is unknown when nothing listens", () => {
  expect(listeningOn()).toBe("unknown: no socket that listens was seen: none was there");
  expect(told(outcomeWith(runPort001, "asRun", { start: notStarted, listening: [] }))).toMatch(
    /^unknown: .*exit code 1$/,
  );
});
