import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../repository-copy.ts";
import { commands, type How } from "./commands.ts";
import { commandsOf, type ShellBlock } from "./page.ts";

/** What is wrong with how the commands of these blocks are accounted for; a sentence each. */
export function complaints(blocks: ShellBlock[], ledger: Record<string, How> = commands): string[] {
  const plain = blocks.filter(({ outputs }) => outputs.length === 0);
  const named = new Set(plain.flatMap(commandsOf));
  return [
    ...plain.flatMap((block) =>
      commandsOf(block)
        .filter((command) => ledger[command] === undefined)
        .map(
          (command) =>
            `${block.page}:${block.line}: no test runs \`${command}\`: show its output in a text block directly behind it, or say in proof/docs/commands.ts how it is run`,
        ),
    ),
    ...Object.entries(ledger).flatMap(([command, how]) => [
      ...(named.has(command)
        ? []
        : [`proof/docs/commands.ts: no page has the command \`${command}\`: remove its line`]),
      ...contradiction(command, how, ledger),
    ]),
  ];
}

function contradiction(command: string, how: How, ledger: Record<string, How>): string[] {
  if (how.how === "running" && ledger[how.against]?.how !== "foreground") {
    return [`proof/docs/commands.ts: \`${command}\` needs \`${how.against}\`, which is not a foreground command`];
  }
  if (how.how !== "covered") return [];
  const file = join(ROOT, how.by);
  if (!existsSync(file))
    return [`proof/docs/commands.ts: \`${command}\` is said to be run by ${how.by}, which is not there`];
  const missing = command.split(/\s+/).filter((word) => !how.as.includes(word));
  if (missing.length > 0)
    return [`proof/docs/commands.ts: \`${command}\` is not \`${how.as}\`: ${missing.join(", ")} is missing`];
  if (readFileSync(file, "utf8").includes(how.as)) return [];
  return [`proof/docs/commands.ts: \`${command}\` is said to be run by ${how.by}, which has no \`${how.as}\``];
}
