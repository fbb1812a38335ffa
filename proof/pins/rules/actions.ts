import { parseDocument, visit } from "yaml";
import { counted, type Finding, type Rule } from "../rule.ts";

/** Every `uses:` is a full commit with the version in a comment, and one action has one commit everywhere. */
export const actions: Rule = {
  name: "actions",
  part: "offline",
  examine(repository) {
    const files = repository.files(".github/workflows/*.{yml,yaml}", ".github/actions/**/action.{yml,yaml}");
    const uses = files.flatMap((file) => usesOf(file, repository.read(file)));
    const commits = new Map(uses.map(({ action, pin }) => [action, pin]));
    const findings = uses.flatMap((use) => problemsOf(use, commits));
    const skipped = uses.length === 0 ? [".github/workflows: no workflow uses an action"] : [];
    return { seen: `${counted(uses.length, "use")} of ${counted(commits.size, "action")}`, findings, skipped };
  },
};

function problemsOf({ where, action, pin }: Use, commits: Map<string, string>): Finding[] {
  if (!/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(pin)) {
    const fix = "write owner/name@<40 hexadecimal digits> # v1.2.3";
    return [{ where, message: `${action}@${pin} is not a commit with its version`, fix }];
  }
  if (commits.get(action) === pin) return [];
  return [{ where, message: `${action} is pinned differently elsewhere`, fix: "use one commit everywhere" }];
}

type Use = { where: string; action: string; pin: string };

/** Read as YAML, so that no way of writing `uses` is missed; a step of this repository (`./…`) has no version. */
function usesOf(file: string, text: string): Use[] {
  const found: Use[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      const { value: name } = key as { value?: unknown };
      const { value: used, comment, range } = value as { value?: unknown; comment?: string; range?: [number] };
      if (name !== "uses" || typeof used !== "string" || used.startsWith("./")) return;
      const line = text.slice(0, range?.[0] ?? 0).split("\n").length;
      const [action = "", ref = ""] = used.split("@");
      found.push({ where: `${file}:${line}`, action, pin: comment ? `${ref} #${comment.trimEnd()}` : ref });
    },
  });
  return found;
}
