import { Repository } from "./repository.ts";
import type { Finding, Rule } from "./rule.ts";
import { actions } from "./rules/actions.ts";
import { baseDigest } from "./rules/base-digest.ts";
import { baseRepository } from "./rules/base-repository.ts";
import { distribution } from "./rules/distribution.ts";
import { hashes } from "./rules/hashes.ts";
import { indexDigest } from "./rules/index-digest.ts";
import { nodeSupport } from "./rules/node-support.ts";
import { tools } from "./rules/tools.ts";
import { updateBots } from "./rules/update-bots.ts";

export const rules: readonly Rule[] = [
  actions,
  baseDigest,
  baseRepository,
  distribution,
  hashes,
  nodeSupport,
  tools,
  updateBots,
  indexDigest,
];

export type Verdict = {
  rule: string;
  part: Rule["part"];
  seen: string;
  findings: Finding[];
  skipped: string[];
};

/** Applies every rule to a checkout, as on the given day. */
export async function examinePins(root: string, today: Date, chosen: readonly Rule[] = rules): Promise<Verdict[]> {
  const repository = new Repository(root);
  const verdicts: Verdict[] = [];
  for (const { name, part, examine } of chosen) {
    const { seen, findings, skipped = [] } = await examine(repository, today);
    verdicts.push({ rule: name, part, seen, findings, skipped });
  }
  return verdicts;
}

/** The verdicts for people, and their count as every tier ends. */
export function render(verdicts: Verdict[]): string {
  const lines = verdicts.flatMap(({ rule, part, seen, findings, skipped }) => [
    `${findings.length > 0 ? "FAIL" : skipped.length > 0 ? "skip" : "ok  "}  ${rule} (${part}): ${seen}`,
    ...findings.flatMap(({ where, message, fix }) => [`      ${where}: ${message}`, `      fix: ${fix}`]),
    ...skipped.map((reason) => `      skipped: ${reason}`),
  ]);
  const failed = verdicts.filter(({ findings }) => findings.length > 0).length;
  const skipped = verdicts.filter((verdict) => verdict.findings.length === 0 && verdict.skipped.length > 0).length;
  const passed = verdicts.length - failed - skipped;
  return `${lines.join("\n")}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
