/** What went wrong, for callers and tests; the message is for people. */
export type AuditErrorCode =
  | "ARCHIVE_INVALID"
  | "DIGEST_MISMATCH"
  | "ENGINE_FAILED"
  | "ENGINE_UNREACHABLE"
  | "FILE_INVALID"
  | "IMAGE_NOT_FOUND"
  | "NO_CHECKS"
  | "REFERENCE_INVALID"
  | "REGISTRY_DENIED"
  | "REGISTRY_UNREACHABLE"
  | "USAGE";

/** What the user typed or wrote is wrong, in contrast to trouble with the engine. */
const USER_ERRORS: ReadonlySet<AuditErrorCode> = new Set([
  "FILE_INVALID",
  "IMAGE_NOT_FOUND",
  "REFERENCE_INVALID",
  "USAGE",
]);

/** A failure that the caller can act on. Everything else that is thrown is a bug. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: AuditErrorCode;
  /** How a command ends that fails with it: 2 for the user's mistake, 3 for trouble with the engine. */
  readonly exitCode: 2 | 3;

  /** @param message "expected X, got Y, do Z" */
  constructor(code: AuditErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.exitCode = USER_ERRORS.has(code) ? 2 : 3;
  }
}
