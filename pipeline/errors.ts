/** Exit codes of every command: 0 clean, 1 findings, then these. */
export const EXIT = { findings: 1, usage: 2, engine: 3 } as const;

type ErrorCode = "USAGE" | "CONFIGURATION" | "ENGINE" | "BUILD_FAILED" | "INTERRUPTED";

/** A failure with one sentence for the person who typed the command: what was wrong, where, what to do. */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PipelineError";
    this.code = code;
  }
}

/** The exit code that belongs to an error code. */
export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case "USAGE":
    case "CONFIGURATION":
      return EXIT.usage;
    case "INTERRUPTED":
      return 130;
    case "ENGINE":
    case "BUILD_FAILED":
      return EXIT.engine;
  }
}
