import { once } from "node:events";
import { text } from "node:stream/consumers";
import { requireDatabase } from "pipeline/gates/database";
import { lastWords } from "pipeline/gates/runner";
import { Scan } from "pipeline/gates/scan";
import type { Run } from "pipeline/started";
import { z } from "zod";
import { LadderError } from "./errors.ts";
import { table } from "./table.ts";

const SEVERITIES = ["Critical", "High", "Medium", "Low", "Negligible", "Unknown"] as const;
type Severity = (typeof SEVERITIES)[number];

/** The source document's claim of its second stage. */
const BAR = 0.7;

const Status = z.looseObject({ from: z.string(), built: z.string(), valid: z.literal(true) });

/** Known vulnerabilities of one image. A package that is there twice in one version counts once. */
export type Found = { stage: number; name: string; counts: Record<Severity, number>; total: number };

/**
 * Brings the scanner's database up to date and says which it is.
 * @throws PipelineError ENGINE when there is none
 * @throws LadderError DATABASE when it is the fixture of the proofs: that one knows whether gates work and nothing about
 *   vulnerabilities
 */
export async function liveDatabase(run: Run): Promise<{ from: string; built: string }> {
  await requireDatabase(run);
  const database = Status.parse(JSON.parse((await grype(run, "db", "status", "--output", "json")).stdout));
  if (!database.from.startsWith("fixture")) return database;
  const why = "a fixture says nothing about vulnerabilities, nothing was measured";
  throw new LadderError("DATABASE", `${why}: ${database.from}`);
}

/** Scans an image of the engine, by its ID. */
export async function knownIn(run: Run, imageId: string): Promise<Pick<Found, "counts" | "total">> {
  const { ok, stdout, stderr } = await grype(run, `docker:${imageId}`, "--output", "json");
  if (!ok) throw new LadderError("DATABASE", `grype could not scan ${imageId}: ${lastWords(stderr)}`);
  return count(JSON.parse(stdout));
}

/** @param report what grype printed as JSON */
export function count(report: unknown): Pick<Found, "counts" | "total"> {
  const { matches } = Scan.parse(report);
  const found = new Map(
    matches.map(({ vulnerability: { id, severity }, artifact: { name, version } }) => [
      `${id} ${name} ${version}`,
      severity,
    ]),
  );
  const named = (severity: string): Severity => SEVERITIES.find((one) => one === severity) ?? "Unknown";
  const of = (severity: Severity) => [...found.values()].filter((one) => named(one) === severity).length;
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, of(severity)])) as Found["counts"];
  return { counts, total: found.size };
}

/** A stage beside the first: what share of its known vulnerabilities is gone. */
export function gone(first: Found, { total }: Found): number {
  return first.total === 0 ? 0 : 1 - total / first.total;
}

/** Whether the second stage has lost as many as the source document says. */
export function holds([first, second]: Found[]): boolean {
  return first !== undefined && second !== undefined && gone(first, second) >= BAR;
}

export function vulnerabilityTable(all: Found[]): string {
  const row = (title: string, cell: (found: Found) => string) => [title, ...all.map(cell)];
  const rows = SEVERITIES.map((severity) => row(severity.toLowerCase(), ({ counts }) => String(counts[severity])));
  const first = all[0];
  rows.push(row("all", ({ total }) => String(total)));
  if (first !== undefined)
    rows.push(row("gone since the first", (found) => `${Math.round(gone(first, found) * 100)} %`));
  return table(["known vulnerabilities", ...all.map(({ stage, name }) => `${stage} ${name}`)], rows);
}

export function barSentence(all: Found[]): string {
  const bar = `stage 2 has lost ${BAR * 100} % of the known vulnerabilities of stage 1 or more`;
  return holds(all) ? `holds: ${bar}` : `does not hold: ${bar}`;
}

async function grype(run: Run, ...args: string[]): Promise<{ ok: boolean; stdout: string; stderr: string }> {
  const env = { ...process.env, TMPDIR: run.folder, GRYPE_CHECK_FOR_APP_UPDATE: "false" };
  const child = run.spawn("grype", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const { stdout: out, stderr: err } = child;
  if (out === null || err === null) throw new TypeError("expected pipes");
  const [stdout, stderr, [code]] = await Promise.all([text(out), text(err), once(child, "close")]);
  return { ok: code === 0, stdout, stderr };
}
