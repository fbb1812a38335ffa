import { once } from "node:events";
import { text } from "node:stream/consumers";
import { PipelineError } from "../errors.ts";
import type { Run } from "../started.ts";
import { lastWords } from "./runner.ts";

const ASK = "grype db status >/dev/null 2>&1 || { grype db update && grype db status; }";

/**
 * Sees to a vulnerability database of these days: the one that is here, else one that the scanner fetches.
 * @throws PipelineError ENGINE when there is none, or a stale one that cannot be brought up to date: every scan would fail
 */
export async function requireDatabase(run: Run): Promise<void> {
  const child = run.spawn("sh", ["-c", ASK], { stdio: ["ignore", "ignore", "pipe"] });
  if (child.stderr === null) throw new TypeError("expected a pipe");
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code === 0) return;
  const how = "GRYPE_DB_UPDATE_URL names a mirror, grype db import takes a file";
  throw new PipelineError("ENGINE", `grype gets no vulnerability database of these days (${lastWords(said)}): ${how}`);
}
