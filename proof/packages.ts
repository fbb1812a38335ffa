import { spawnSync } from "node:child_process";
import { gatherFacts } from "./engine/facts.ts";
import { installPackages } from "./engine/install.ts";

/**
 * Brings a program that only a proof needs: there already, or as root on a Debian from the distribution, with a line
 * saying so. Anywhere else nothing is installed.
 * @returns undefined when it is there, else why not: the reason of a skipped test
 */
export async function bringProgram(program: string, ...packages: string[]): Promise<string | undefined> {
  const there = () => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  if (there()) return undefined;
  const { distribution, root } = await gatherFacts();
  if (distribution?.id !== "debian" || !root) return `${program} is not installed here (Debian: ${packages.join(" ")})`;
  await installPackages(packages, (line) => process.stderr.write(`proof: ${line}\n`));
  return there() ? undefined : `${packages.join(" ")} brought no ${program}`;
}
