/** The engine, a package archive or a tool is missing or failed: the message is one sentence with what to do. */
export class ToolError extends Error {
  readonly code = "TOOL";
  readonly exitCode = 3;
}

/** A wrong argument or configuration: the message says what was expected. */
export class UsageError extends Error {
  readonly code = "USAGE";
  readonly exitCode = 2;
}
