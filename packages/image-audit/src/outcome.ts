/** A content digest, `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** What was seen, and where. `layer` is the layer's digest, `pid` a process in the container's own numbering. */
export type Evidence = {
  message: string;
  layer?: Digest;
  instruction?: string;
  path?: string;
  pid?: number;
  line?: number;
};

/** An accepted failure. It stops to apply after `expires` (ISO date). */
export type Waiver = { id: string; reason: string; expires: string; owner?: string };

/** Never a boolean: "not seen" is not "absent". */
export type Outcome =
  | { status: "pass"; evidence: Evidence[] }
  | { status: "fail"; evidence: Evidence[]; fix: string }
  | { status: "unknown" | "skipped"; reason: string }
  | { status: "waived"; waiver: Waiver; was: Outcome };

export type Status = Outcome["status"];

/** The outcome of a check that held, with what was seen. */
export function pass(...evidence: (Evidence | string)[]): Outcome {
  return { status: "pass", evidence: evidence.map(toEvidence) };
}

/** The outcome of a check that did not hold: what was seen, and what to do about it. */
export function fail(fix: string, ...evidence: (Evidence | string)[]): Outcome {
  return { status: "fail", fix, evidence: evidence.map(toEvidence) };
}

/** The outcome when the observation does not say. Never treated as a pass. */
export function unknown(reason: string): Outcome {
  return { status: "unknown", reason };
}

/** The outcome of a check that does not apply here, and why. */
export function skipped(reason: string): Outcome {
  return { status: "skipped", reason };
}

function toEvidence(evidence: Evidence | string): Evidence {
  return typeof evidence === "string" ? { message: evidence } : evidence;
}
