/** Exit code by kind of failure: 2 a wrong command line, 3 something outside that a measurement needs. */
const exitCodes = { USAGE: 2, STAGE_UNKNOWN: 2, VARIANT_UNKNOWN: 2, NOT_MEASURED: 2, DATABASE: 3 } as const;
type ErrorCode = keyof typeof exitCodes;

/** A failure with one sentence for the person who typed the command. */
export class LadderError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: number;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LadderError";
    this.code = code;
    this.exitCode = exitCodes[code];
  }
}
