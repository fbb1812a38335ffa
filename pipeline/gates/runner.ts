import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../build.ts";
import type { Run } from "../started.ts";
import { type Done, type Gate, type GateResult, type Shipment, verdictOf } from "./gate.ts";

const SCRIPTS = import.meta.dirname;

/**
 * Judges one gate, or takes its stored result when nothing that decides has changed since it passed.
 * @returns the result, and whether it was the stored one
 */
export async function runGate(
  run: Run,
  gate: Gate,
  shipment: Shipment,
  scripts = SCRIPTS,
): Promise<[GateResult, boolean]> {
  const file = join(shipment.out, `${gate.name}.json`);
  const inputs = hashOf(gate, shipment, scripts);
  const before = stored(file);
  if (before !== undefined && gate.inputs !== undefined && stillHolds(before, inputs, gate.validHours))
    return [before, true];
  rmSync(file, { force: true }); // an interrupted gate has no result
  const began = Date.now();
  const refused = gate.refuse?.(shipment) ?? [];
  const verdict =
    refused.length > 0
      ? verdictOf(refused, "")
      : judged(gate, await runScript(run, gate.name, shipment, scripts), shipment);
  const result: GateResult = {
    schemaVersion: 1,
    gate: gate.name,
    ...verdict,
    subject: gate.subject(shipment),
    seconds: (Date.now() - began) / 1000,
    at: new Date().toISOString(),
    inputs,
  };
  writeWhole(file, result);
  return [result, false];
}

/** Only a pass is kept, and where knowledge grows only for a while. */
export function stillHolds(
  before: GateResult,
  inputs: string,
  validHours = Number.POSITIVE_INFINITY,
  now = Date.now(),
): boolean {
  const hours = (now - Date.parse(before.at)) / 3_600_000;
  return before.verdict === "pass" && before.inputs === inputs && hours >= 0 && hours < validHours;
}

/** A tool's output that is not what a judge expects is a failure of the gate, never a pass. */
function judged(gate: Gate, done: Done, shipment: Shipment): ReturnType<Gate["judge"]> {
  try {
    return gate.judge(done, shipment);
  } catch (error) {
    const reason = `${gate.name}.sh ended with ${done.code} and left nothing that can be judged: ${String(error)}`;
    return { verdict: "fail", reason, evidence: [{ message: String(error), path: done.folder }] };
  }
}

function stored(file: string): GateResult | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as GateResult;
  } catch {
    return undefined; // none, or of a run that was killed
  }
}

/** Of everything that decides: the gate's files and values, and the code of the gates themselves. */
function hashOf(gate: Gate, shipment: Shipment, scripts: string): string {
  const { files, values = [] } = gate.inputs?.(shipment) ?? { files: [] };
  const code = globSync(join(scripts, "*.{ts,sh}"));
  const hash = createHash("sha256").update(JSON.stringify([gate.name, gate.subject(shipment), values]));
  for (const file of [...code, ...files]) hash.update(`\0${file}\0`).update(existsSync(file) ? readFileSync(file) : "");
  return hash.digest("hex");
}

/** Runs `<gate>.sh`; what it prints is in `<gate>.log` beside the results. */
async function runScript(run: Run, name: string, shipment: Shipment, scripts: string): Promise<Done> {
  const folder = join(shipment.out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    PS4: "+ ", // each command is printed before it runs
    OUT: shipment.out,
    FOLDER: folder,
    IMAGE: shipment.record?.image ?? "",
    IMAGE_ID: shipment.record?.imageId ?? "",
    REPOSITORY: shipment.repository,
    SUBJECT: shipment.subject ?? "",
    TRUST: shipment.trust,
  };
  const log = join(shipment.out, `${name}.log`);
  const file = openSync(log, "w");
  const child = run.spawn("bash", ["-x", join(scripts, `${name}.sh`)], {
    cwd: shipment.root,
    env,
    stdio: ["ignore", file, file],
  });
  const [code] = (await once(child, "close")) as [number | null];
  closeSync(file);
  return { code, log: readFileSync(log, "utf8"), folder };
}
