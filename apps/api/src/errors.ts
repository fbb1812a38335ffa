/** Why the service could not start. The operator can act on it: the message is printed without a stack. */
export type StartErrorCode = "CONFIG_INVALID" | "TMPDIR_UNWRITABLE" | "LISTEN_FAILED" | "SECRET_UNREADABLE";

export class StartError extends Error {
  readonly code: StartErrorCode;

  /** @param message one clear sentence: expected, got, what to do */
  constructor(code: StartErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
    this.code = code;
  }
}

/** Every way a request can fail on purpose, with its HTTP status. */
export const requestErrorStatus = {
  HOST_MISSING: 400,
  JSON_INVALID: 400,
  TOKEN_REQUIRED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UPLOAD_TOO_LARGE: 413,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  EXPECTATION_UNKNOWN: 417,
  BODY_INVALID: 422,
  DRAINING: 503,
  OVERLOADED: 503,
  UPSTREAM_UNREACHED: 503,
  STORAGE_FULL: 507,
} as const;

export type RequestErrorCode = keyof typeof requestErrorStatus;

/** One thing that is wrong with a body: where (a JSON pointer as a URI fragment) and what was expected. */
export type BodyIssue = { pointer: string; detail: string };

/** A failure whose message is meant for the client. Anything else that is thrown becomes a 500 that says nothing. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly status: number;
  readonly errors: BodyIssue[] | undefined;

  constructor(code: RequestErrorCode, message: string, options?: ErrorOptions & { errors?: BodyIssue[] }) {
    super(message, options);
    this.name = "RequestError";
    this.errors = options?.errors;
    this.code = code;
    this.status = requestErrorStatus[code];
  }
}

/** The system's code of a failed call ("ENOSPC"), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
