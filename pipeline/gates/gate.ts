import { readFileSync } from "node:fs";
import type { BuildRecord } from "../build.ts";

/** `out/pipeline/<gate>.json`. `inputs` is the hash of what was judged: the same inputs need no second judgement. */
export type GateResult = {
  schemaVersion: 1;
  gate: string;
  verdict: "pass" | "fail" | "skipped";
  reason: string;
  evidence: { message: string }[];
  /** What was judged: the lock file, an image ID, `repository@digest`. */
  subject: string;
  seconds: number;
  at: string;
  inputs: string;
};

/** What the gates of one run share. */
export type Shipment = {
  root: string;
  /** Folder of the gates' scripts. */
  scripts: string;
  /** Folder of the results. */
  out: string;
  /** The registry's name of the image, without tag. */
  repository: string;
  /** File that says what a verifier accepts, and who that is: issuer and identity, exactly. */
  trust: string;
  issuer: string;
  identity: string;
  /** Known once the image is built. */
  record?: BuildRecord;
  /** `repository@digest`, known once it is pushed. */
  subject?: string;
};

/** What is refused, and what was seen when that is nothing; skipped: nothing could be judged, `seen` says why. */
export type Judged = { findings: string[]; seen: string; skipped?: boolean };

/** A step that blocks: `<name>.sh` runs the tools, `judge` reads what they wrote into the gate's folder. */
export type Gate = {
  name: string;
  /** Files and values that decide. Without it the gate looks at the world and is never taken from its stored result. */
  inputs?: (shipment: Shipment) => { files: string[]; values?: string[] };
  /** How long a stored result holds, where the world's knowledge of the same inputs grows. */
  validHours?: number;
  /** Writes what the script needs into its folder, and says what is refused before any tool runs on it. */
  before?: (shipment: Shipment, folder: string) => string[];
  /** A tool that failed never gets here. */
  judge: (folder: string, shipment: Shipment) => Judged;
};

/** What is not JSON throws, and the gate has failed. */
export function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(path.join("/"), "utf8"));
}

export function linesOf(file: string): string[] {
  return readFileSync(file, "utf8").split(/\n/).filter(Boolean);
}
