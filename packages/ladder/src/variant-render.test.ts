import type { AuditReport, MergedView, Outcome } from "image-audit";
import { expect, test } from "vitest";
import { markdownOf, terminalOf } from "./variant-render.ts";
import { libcOf, type VariantResult } from "./variant-results.ts";
import { variants } from "./variants.ts";

const id = `sha256:${"1".repeat(64)}`;
const failed: Outcome = { status: "fail", evidence: [{ message: "shell", path: "/bin/ash" }], fix: "" };
const report = {
  image: { reference: "x", id },
  results: [
    { id: "IMG-SHELL-001", outcome: failed },
    { id: "IMG-SIZE-001", outcome: { status: "pass", evidence: [] } },
  ],
} as unknown as AuditReport;

const alpine = {
  contract: variants.alpine,
  variant: "alpine",
  origin: "local",
  libc: "musl",
  shells: ["ash", "sh"],
  readyMs: 1234,
  rssBytes: 61_000_000,
  report,
  differences: [],
  result: {
    name: "Alpine",
    image: { reference: "hardened-node-api:alpine", id },
    sizeBytes: 180_200_000,
    compressedBytes: 61_900_000,
    packages: { distribution: 19, npm: 234 },
    executables: 87,
    uid: "65532:65532",
    contractHolds: true,
    checks: { "IMG-SHELL-001": "fail", "IMG-SIZE-001": "pass" },
  },
} as unknown as VariantResult;

test("both forms show the same cells; the terminal adds the count of checks and the trade-offs", () => {
  const cells = ["180.2 MB", "61.9 MB", "19 + 234", "musl", "ash, sh", "65532:65532", "1230 ms", "61.0 MB", "local"];
  for (const text of [terminalOf([alpine]), markdownOf([alpine])]) {
    for (const cell of [...cells, "IMG-SHELL-001"]) expect(text).toContain(cell);
  }
  expect(terminalOf([alpine])).toMatch(/checks passed\s+│ 1 of 2/);
  expect(terminalOf([alpine])).toContain("alpine:\n  - ");
});

test("an image without a shell, one that never got ready and a broken contract are named", () => {
  const result = { ...alpine.result, contractHolds: false, checks: {} };
  const text = markdownOf([{ ...alpine, shells: [], readyMs: null, result } as VariantResult]);
  for (const row of [/shell \| +none/, /start-up \| +not ready/, /contract \| +broken/, /checks that fail +\| none/]) {
    expect(text.replaceAll(/ {2,}/g, " ")).toMatch(row);
  }
});

test.each([
  ["musl", ["/lib/ld-musl-x86_64.so.1"]],
  ["glibc", ["/usr/lib64/ld-linux-x86-64.so.2"]],
  ["glibc", ["/usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"]],
  ["glibc and musl", ["/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"]],
  ["none", ["/bin/busybox"]],
])("libc is %s by its loader", (libc, paths) => {
  expect(libcOf(new Map(paths.map((path) => [path, {}])) as unknown as MergedView)).toBe(libc);
});
