import { setImmediate as turn } from "node:timers/promises";
import { Run } from "./started.ts";

/**
 * The frame of every command: what it starts is removed when it ends, a user's error is one sentence, a bug a stack.
 * Ctrl-C also ends the programs it waits for: two turns of the loop let its own signal come before their failure counts.
 * @param name shown in messages and in the label of what it starts
 * @param body returns the exit code
 */
export async function command(name: string, body: (run: Run) => Promise<number>): Promise<void> {
  const run = new Run(name);
  try {
    const ended = body(run);
    await Promise.allSettled([ended]);
    for (let turns = 0; turns < 2; turns += 1) await turn();
    process.exitCode = await ended;
  } catch (error) {
    const known = error instanceof Error ? exitCodeOf(error) : undefined;
    const bug = `this is a bug: ${error instanceof Error ? error.stack : String(error)}`;
    process.stderr.write(`${name}: ${known === undefined ? bug : (error as Error).message}\n`);
    process.exitCode = known ?? 3;
  } finally {
    if (!run.outlives) run.close();
  }
}

/** Of an error of any package that names how the command should end, and of a wrong option. */
function exitCodeOf(error: Error): number | undefined {
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  if (typeof code !== "string") return undefined;
  return code.startsWith("ERR_PARSE_ARGS") ? 2 : typeof exitCode === "number" ? exitCode : undefined;
}
