import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { GateResult } from "pipeline/gates/gate";
import type { Scene } from "./scene.ts";

/**
 * `make pipeline` in the copy, as the release workflow runs it: with the identity and the registry that are there, and
 * on a runner that starts empty. What `make setup` brings is here already, so make is told not to look.
 */
export async function runPipeline(scene: Scene, day: keyof Scene["known"]): Promise<void> {
  rmSync(join(scene.copy.root, "out/pipeline"), { recursive: true, force: true });
  const line = "make --old-file=setup --old-file=pipeline-tools pipeline AROUND= BASES_FILE=out/bases.json";
  await scene.shell.type(line, scene.known[day]); // its exit code says less than the gates' own results
}

/** How far the last pipeline came. `subject` is `repository@digest` once every gate has passed. */
export type Came = { passed: string[]; refused?: GateResult; subject?: string };

/** Reads the results of the gates, in the order in which they were made. */
export function lastPipeline({ copy }: Scene): Came {
  const results = globSync(join(copy.root, "out/pipeline/*.json"))
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as GateResult)
    .toSorted((one, other) => one.at.localeCompare(other.at));
  const refused = results.find(({ verdict }) => verdict === "fail");
  const passed = results.filter(({ verdict }) => verdict === "pass").map(({ gate }) => gate);
  const last = results.at(-1);
  const subject = last?.gate === "verify" && last.verdict === "pass" ? { subject: last.subject } : {};
  return { passed, ...(refused === undefined ? {} : { refused }), ...subject };
}

/** One line of it. */
export function said({ passed, refused, subject }: Came): string {
  if (refused !== undefined) return `red at ${refused.gate}: ${refused.reason}`;
  return subject === undefined ? `${passed.length} gates passed` : `${passed.length} gates passed: ${short(subject)}`;
}

/** A digest as short as one can still tell two apart. */
export const short = (reference: string): string => /sha256:[0-9a-f]{12}/.exec(reference)?.[0] ?? reference;
