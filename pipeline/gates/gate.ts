import type { BuildRecord } from "../build.ts";

/** What was seen, and where. */
export type Evidence = { message: string; path?: string };

export type Verdict = { verdict: "pass" | "fail" | "skipped"; reason: string; evidence: Evidence[] };

/** `out/pipeline/<gate>.json`. `inputs` is the hash of what was judged: the same inputs need no second judgement. */
export type GateResult = Verdict & {
  schemaVersion: 1;
  gate: string;
  /** What was judged: the lock file, an image ID, `repository@digest`. */
  subject: string;
  seconds: number;
  at: string;
  inputs: string;
};

/** What the gates of one run share. `subject` is known once the image is pushed. */
export type Shipment = {
  root: string;
  /** Folder of the results. */
  out: string;
  /** The registry's name of the image, without tag. */
  repository: string;
  /** File that says what a verifier accepts. */
  trust: string;
  record: BuildRecord | undefined;
  subject: string | undefined;
};

/** How the gate's script ended, with what it printed. Its files are in `folder`. */
export type Done = { code: number | null; log: string; folder: string };

/** A step that blocks: `<name>.sh` runs the tools, `judge` reads what they wrote. */
export type Gate = {
  name: string;
  subject: (shipment: Shipment) => string;
  /** Files and values that decide. Without it the gate looks at the world and is never taken from its stored result. */
  inputs?: (shipment: Shipment) => { files: string[]; values?: string[] };
  /** How long a stored result holds, where the world's knowledge of the same inputs grows. */
  validHours?: number;
  /** What is refused before any tool runs on it. */
  refuse?: (shipment: Shipment) => Evidence[];
  judge: (done: Done, shipment: Shipment) => Verdict;
};

/** The verdict from what was found: none is a pass. */
export function verdictOf(findings: Evidence[], passed: string, evidence: Evidence[] = []): Verdict {
  const [first] = findings;
  if (first === undefined) return { verdict: "pass", reason: passed, evidence };
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  return { verdict: "fail", reason: `${first.message}${more}`, evidence: findings };
}

/** Why a tool failed, from what it printed: its error, else its last lines. */
export function lastWords(log: string): string {
  const error = /^(?:error|fatal)\b.*$/ims.exec(log)?.[0] ?? log.trim().split("\n").slice(-6).join(" ");
  return error.replace(/\s+/g, " ").slice(0, 400);
}
