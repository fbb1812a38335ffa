type ErrorCode = "USAGE" | "NO_TERMINAL";

/** A wrong command line; the message says what was expected. */
export class AttackError extends Error {
  readonly code: ErrorCode;
  readonly exitCode = 2;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "AttackError";
    this.code = code;
  }
}

/** The attack could not be tried on this image, through no fault of the engine: reported as "not tried". */
export class NotTried extends Error {
  override readonly name = "NotTried";
}
