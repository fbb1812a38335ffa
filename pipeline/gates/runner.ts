import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { writeWhole } from "../build.ts";
import type { Run } from "../started.ts";
import type { Gate, GateResult, Judged, Shipment } from "./gate.ts";

/**
 * Judges one gate, or takes its stored result, `<gate>/result.json`, when nothing that decides has changed since it passed.
 * @returns the result, and whether it was the stored one
 */
export async function runGate(run: Run, gate: Gate, shipment: Shipment): Promise<[GateResult, boolean]> {
  const folder = join(shipment.out, gate.name);
  const file = join(folder, "result.json");
  const inputs = hashOf(gate, shipment);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as GateResult) : undefined;
  if (before !== undefined && gate.inputs && stillHolds(before, inputs, gate.validHours)) return [before, true];
  rmSync(folder, { recursive: true, force: true }); // an interrupted gate has no result
  mkdirSync(folder, { recursive: true });
  const began = Date.now();
  const { findings, seen, skipped = false } = await judged(run, gate, shipment, folder);
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  const result: GateResult = {
    ...{ schemaVersion: 1, gate: gate.name, subject: subjectOf(shipment), inputs },
    verdict: findings.length > 0 ? "fail" : skipped ? "skipped" : "pass",
    reason: (findings[0] ?? seen) + more,
    evidence: findings.map((message) => ({ message })),
    ...{ seconds: (Date.now() - began) / 1000, at: new Date().toISOString() },
  };
  writeWhole(file, result);
  return [result, false];
}

/** Only a pass is kept, and where knowledge grows only for a while. */
export function stillHolds(before: GateResult, inputs: string, validHours = Infinity, now = Date.now()): boolean {
  const hours = (now - Date.parse(before.at)) / 3_600_000;
  return before.verdict === "pass" && before.inputs === inputs && hours >= 0 && hours < validHours;
}

/** A tool that failed, and what is not what a judge expects, is a failure of the gate, never a pass. */
async function judged(run: Run, gate: Gate, shipment: Shipment, folder: string): Promise<Judged> {
  try {
    const refused = gate.before?.(shipment, folder) ?? [];
    if (refused.length === 0) refused.push(...(await failed(run, gate.name, shipment, folder)));
    return refused.length > 0 ? { findings: refused, seen: "" } : gate.judge(folder, shipment);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { findings: [`there is nothing that can be judged: ${why}`], seen: "" };
  }
}

const subjectOf = ({ subject, record }: Shipment) => subject ?? record?.imageId ?? "pnpm-lock.yaml";

/** Of everything that decides: the gate's files and values, and the code of the gates themselves. */
function hashOf(gate: Gate, shipment: Shipment): string {
  const { files, values = [] } = gate.inputs?.(shipment) ?? { files: [] };
  const code = globSync(join(shipment.scripts, "*.{ts,sh}"));
  const hash = createHash("sha256").update(JSON.stringify([gate.name, subjectOf(shipment), values]));
  for (const file of [...code, ...files]) hash.update(`\0${file}\0`).update(existsSync(file) ? readFileSync(file) : "");
  return hash.digest("hex");
}

/** Runs `<gate>.sh`, what it prints in `<gate>.log` beside the results. Says why when it failed. */
async function failed(run: Run, name: string, shipment: Shipment, FOLDER: string): Promise<string[]> {
  const { out: OUT, repository: REPOSITORY, issuer: ISSUER, identity: IDENTITY, subject: SUBJECT = "" } = shipment;
  const [IMAGE_ID, TRUST, RUN] = [shipment.record?.imageId ?? "", shipment.trust, run.folder];
  const names = { OUT, FOLDER, REPOSITORY, ISSUER, IDENTITY, SUBJECT, IMAGE_ID, TRUST, RUN, TMPDIR: FOLDER };
  const env = { ...process.env, PS4: "+ ", ...names }; // -x prints each command before it runs
  const file = openSync(`${FOLDER}.log`, "w");
  const args = ["-euxo", "pipefail", join(shipment.scripts, `${name}.sh`)];
  const child = run.spawn("bash", args, { cwd: shipment.root, env, stdio: ["ignore", file, file] });
  const [code] = (await once(child, "close")) as [number | null];
  closeSync(file);
  return code === 0 ? [] : [`${name}.sh ended with ${code}: ${lastWords(readFileSync(`${FOLDER}.log`, "utf8"))}`];
}

/** Why a tool failed, from what it printed: its error, else its last lines. */
export function lastWords(log: string): string {
  const text = stripVTControlCharacters(log);
  const error = /^(?:\[\d+\] +)?(?:error|fatal)\b.*$/ims.exec(text)?.[0] ?? text.trim().split("\n").slice(-6).join(" ");
  return error
    .replace(/^\[\d+\]|\s+/g, " ")
    .trim()
    .slice(0, 400);
}
