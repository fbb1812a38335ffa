import { expect, test } from "vitest";
import { outcomeWith, switchedTo, told } from "../../test/traces.ts";
import { runHeap001 } from "./run-heap-001.ts";

const mib = 2 ** 20;
const withHeap = (...limits: number[]) =>
  told(outcomeWith(runHeap001, "asRun", { nodes: limits.map((limit) => switchedTo({ heapLimitBytes: limit * mib })) }));

test("passes with what it added up", () => {
  expect(withHeap(99)).toBe("pass: heap 99 MiB, /tmp 64 MiB, limit 256 MiB");
});

test("the last byte of headroom counts", () => {
  expect(withHeap(160)).toMatch(/^pass/);
  expect(withHeap(161)).toBe("fail: heap 161 MiB, /tmp 64 MiB, limit 256 MiB");
});

test("two processes have two heaps", () => {
  expect(withHeap(99, 99)).toBe("fail: heap 198 MiB, /tmp 64 MiB, limit 256 MiB");
});

test("fails without a limit, whatever the heap is", () => {
  expect(told(outcomeWith(runHeap001, "asRun", { memoryLimitBytes: null }))).toBe(
    "fail: the container has no memory limit",
  );
});

test("a limit that the caller gives counts when it is the smaller one", () => {
  const limitedTo = (memoryBytes: number) => told(outcomeWith(runHeap001, "asRun", {}, { memoryBytes }));
  expect(limitedTo(192 * mib)).toBe("fail: heap 99 MiB, /tmp 64 MiB, limit 192 MiB");
  expect(limitedTo(512 * mib)).toBe("pass: heap 99 MiB, /tmp 64 MiB, limit 256 MiB");
});
