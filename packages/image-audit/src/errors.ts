/** What went wrong, for callers and tests; the message is for people. */
export type AuditErrorCode =
  | "ARCHIVE_INVALID"
  | "ENGINE_FAILED"
  | "ENGINE_UNREACHABLE"
  | "FILE_INVALID"
  | "IMAGE_NOT_FOUND"
  | "NO_CHECKS"
  | "REFERENCE_INVALID"
  | "USAGE";

/** A failure that the caller can act on. Everything else that is thrown is a bug. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: AuditErrorCode;

  /** @param message "expected X, got Y, do Z" */
  constructor(code: AuditErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
