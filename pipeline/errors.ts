/** Exit code by kind of failure: 2 usage or configuration, 3 engine or tool trouble. 0 is clean, 1 findings. */
const exitCodes = { USAGE: 2, CONFIGURATION: 2, BUSY: 3, ENGINE: 3, BUILD_FAILED: 3, INTERRUPTED: 130 } as const;

/** A failure with one sentence for the person who typed the command: what was wrong, where, what to do. */
export class PipelineError extends Error {
  readonly code: keyof typeof exitCodes;
  readonly exitCode: number;

  constructor(code: keyof typeof exitCodes, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PipelineError";
    this.code = code;
    this.exitCode = exitCodes[code];
  }
}
