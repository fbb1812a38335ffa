// What differs between two runs of the same command and says nothing; order matters, the longer first.
const VOLATILE: [RegExp, string][] = [
  [/sha256:[0-9a-f]{12,64}/g, "<digest>"],
  [/\b[0-9a-f]{64}\b/g, "<id>"],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, "<id>"],
  [/\b\d{4}-\d{2}-\d{2}T[\d:._-]+Z/g, "<time>"],
  [/\b\d+(?:\.\d+)? ?(?:ms|s)\b/g, "<time>"],
  [/\b\d+(?:\.\d+)? ?(?:kB|KB|MB|GB|KiB|MiB|GiB)\b/g, "<size>"],
  [/\b(127\.0\.0\.1|localhost):\d+/g, "$1:<port>"],
];

/** An output without digests, IDs, times, sizes (bytes alone are kept: 0B is a finding) and ports. */
export function normalised(output: string): string {
  const replaced = VOLATILE.reduce((text, [pattern, by]) => text.replaceAll(pattern, by), output);
  return replaced
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** Whether an output is the one shown. A line `…` stands for any number of lines, at least one. */
export function matches(output: string, shown: string): boolean {
  const lines = normalised(shown).split("\n");
  const pattern = lines.map((line) => (line === "…" ? "[\\s\\S]+" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${pattern.join("\n")}$`).test(normalised(output));
}
