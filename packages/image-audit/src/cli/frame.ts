import { AuditError } from "../errors.ts";

const interrupts = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ends a command that a signal stopped, with the shell's number for it. */
class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: keyof typeof interrupts) {
    super(`${signal}: every container is removed`);
    this.exitCode = interrupts[signal];
  }
}

/**
 * The frame of both commands: sets the exit code. A user's mistake gets one line, a bug its stack, and a signal lets
 * `main` remove what it started.
 * @param main rejects with the signal's reason once that is done
 */
export async function frame(
  name: string,
  main: (args: string[], signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of Object.keys(interrupts) as (keyof typeof interrupts)[]) {
    process.once(signal, () => interrupted.abort(new Interrupted(signal))); // once: a second one ends it the hard way
  }
  try {
    process.exitCode = await main(process.argv.slice(2), interrupted.signal);
  } catch (error) {
    const known = error instanceof AuditError || error instanceof Interrupted;
    process.stderr.write(`${name}: ${known ? error.message : (error as Error).stack}\n`);
    process.exitCode = known ? error.exitCode : 3;
  }
}
