import { exitCodeOf, PipelineError } from "./errors.ts";
import { Run } from "./started.ts";

/** An error of any package that names what went wrong by a code and how the command should end. */
type Coded = Error & { code: string; exitCode: number };

/**
 * The frame of every command: what it starts is removed when it ends, a user's error is one sentence, a bug a stack.
 * @param name shown in messages and in the label of what it starts
 * @param body returns the exit code
 */
export async function command(name: string, body: (run: Run) => Promise<number>): Promise<void> {
  const run = new Run(name);
  try {
    process.exitCode = await body(run);
  } catch (error) {
    process.exitCode = report(name, error);
  } finally {
    run.close();
  }
}

function report(name: string, error: unknown): number {
  if (error instanceof PipelineError) {
    process.stderr.write(`${name}: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
  if (isCoded(error)) {
    process.stderr.write(`${name}: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    process.stderr.write(`${name}: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(`${name}: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 3;
}

function isCoded(error: unknown): error is Coded {
  return error instanceof Error && "exitCode" in error && typeof error.exitCode === "number" && "code" in error;
}
