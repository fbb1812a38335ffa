import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "./result.ts";

/**
 * The last line of a file that matches, for the last instruction of a kind is the one that counts.
 * @param file relative to `root`
 * @returns null when the file has no such line: whatever stopped the attack, it was not this
 */
export function lineIn(root: string, file: string, pattern: RegExp): Line | null {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const index = lines.findLastIndex((text) => pattern.test(text));
  return index === -1 ? null : { file, line: index + 1, text: (lines[index] ?? "").trim() };
}

/** A field of profile.json, as text that can be pointed at. */
export function profileLine(root: string, field: string): Line | null {
  return lineIn(root, "profile.json", new RegExp(`"${field}":`));
}
