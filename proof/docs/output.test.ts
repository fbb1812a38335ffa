import { expect, test } from "vitest";
import { matches, normalised } from "./output.ts";

test.each([
  [`sha256:${"a1".repeat(32)}`, "<digest>"],
  ["0123456789ab", "<id>"],
  ["took 1.5 s, 20ms", "took <time>, <time>"],
  ["5MB 162.1 MB 0B", "<size> <size> 0B"],
  ["http://127.0.0.1:3000/ready", "http://127.0.0.1:<port>/ready"],
])("%s is shown as %s", (output, shown) => {
  expect(normalised(output)).toBe(shown);
});

test("what is a fact is kept: exit codes, bytes, names", () => {
  expect(normalised("exit 137\nuid=65532\nfeedfacecafe")).toBe("exit 137\nuid=65532\nfeedfacecafe");
});

test("an output is the one shown, whole", () => {
  expect(matches("a\nb took 2 s\n", "a\nb took 31 s")).toBe(true);
  expect(matches("a\nb\nc", "a\nb")).toBe(false);
  expect(matches("axb", "a.b")).toBe(false);
});

test("a line … stands for lines that are there", () => {
  expect(matches("a\nb\nc\nd", "a\n…\nd")).toBe(true);
  expect(matches("a\nb", "a\n…\nd")).toBe(false);
  expect(matches("a\nd", "a\n…\nd")).toBe(false);
});
