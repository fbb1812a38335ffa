type ErrorCode = "USAGE" | "STAGE_UNKNOWN" | "VARIANT_UNKNOWN" | "NOT_MEASURED";

/** A wrong command line; the message says what was expected. */
export class LadderError extends Error {
  readonly code: ErrorCode;
  readonly exitCode = 2;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LadderError";
    this.code = code;
  }
}
