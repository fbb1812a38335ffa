import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { BuildRecord } from "../build.ts";
import { PipelineError } from "../errors.ts";

type Verdict = { verdict: "pass" | "fail" | "skipped"; reason: string; evidence: { message: string }[] };
/**
 * `out/pipeline/<gate>.json`, one of each gate that the last run reached:
 * - `gate`: its name; `verdict`: skipped means that nothing could be judged
 * - `subject`: what was judged: the lock file, an image ID, `repository@digest`
 * - `reason`: one sentence, what was seen or what is refused first; `evidence`: all that is refused, one message each
 * - `inputs`: SHA-256 of all that decided, in hexadecimal: the same inputs need no second judgement
 * - `seconds`, `at`: how long it took and when it was judged (ISO 8601), by an earlier run when the result is a stored one
 */
export type GateResult = Verdict & { schemaVersion: 1; gate: string; subject: string; inputs: string } & Time;
type Time = { seconds: number; at: string };

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

/** A string that says something. */
export const text = z.string().min(1);

/** What is wrong first, and where: zod's own list can be as long as an SBOM. */
export const wrongIn = ({ issues: [issue] }: z.ZodError): string =>
  [issue?.path.join("."), issue?.message].filter(Boolean).join(": ");

/** @throws PipelineError CONFIGURATION for what is no JSON, or YAML, or not of that shape, with the field that is not */
export function readJson<T>(shape: z.ZodType<T>, ...path: string[]): T {
  const file = path.join("/");
  try {
    const read = readFileSync(file, "utf8");
    return shape.parse(file.endsWith(".yaml") ? parse(read) : JSON.parse(read));
  } catch (cause) {
    const wrong = cause instanceof z.ZodError ? wrongIn(cause) : String(cause);
    throw new PipelineError("CONFIGURATION", `${file}: ${wrong}`, { cause });
  }
}

export const linesOf = (file: string): string[] => readFileSync(file, "utf8").split(/\n/).filter(Boolean);
