import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "pipeline/command";
import { PipelineError } from "pipeline/errors";
import { requireDatabase } from "pipeline/gates/database";
import { readTrust } from "pipeline/gates/trust";
import { type Run, recordedRuns, removeStarted } from "pipeline/started";
import { ToolError } from "../errors.ts";
import { startRegistry } from "../registry.ts";
import { ROOT } from "../repository-copy.ts";
import { fixtureDatabase } from "../scan-fixture/database.ts";
import { SIGSTORE_TOOLS, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";

// node around.ts COMMAND…: runs it within a registry and a Sigstore of its own, both gone afterwards. A workflow that may
// sign, and a live vulnerability database, are used instead. A shell that only read out/sigstore/env is no workflow.
const IS_WORKFLOW =
  process.env["GITHUB_ACTIONS"] === "true" && process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] !== undefined;
await command("around", async (run) => {
  run.alone("make pipeline");
  const [program = "", ...args] = process.argv.slice(2);
  const given = ["REPOSITORY", "TRUST"].filter((name) => process.env[name] !== undefined);
  if (given.length > 0 && !IS_WORKFLOW)
    throw new PipelineError(
      "CONFIGURATION",
      `${given.join(" and ")} would be replaced by what this starts itself: leave it out, or say AROUND= too to use what is there`,
    );
  if (!IS_WORKFLOW) readTrust(join(ROOT, "policies/trust.json")); // a copy is used: what is wrong is said of the file itself
  const missing = await bringTools(["syft", "grype", "crane", "docker-registry", ...SIGSTORE_TOOLS]);
  if (missing !== undefined) throw new ToolError(`the pipeline needs ${missing}`);
  const added = await surroundings(run);
  const env = { ...process.env, ...added };
  const child = run.spawn(program, args, { env, stdio: "inherit" });
  run.beforeRemoval = () => {
    // Killed before it could remove what it started itself: that is done for it. Stopped first, it starts nothing more
    // that is not recorded yet.
    const pid = child.pid ?? process.pid;
    signalGroup(pid, "SIGSTOP");
    const apart = { encoding: "utf8" as const, detached: true };
    const started = spawnSync("pgrep", ["-P", `${pid}`], apart)
      .stdout.split("\n")
      .filter(Boolean);
    for (const group of [...started.map(Number), pid]) signalGroup(group, "SIGKILL");
    for (const id of recordedRuns()) if (id.includes(`-${child.pid}-`)) removeStarted(id);
  };
  const [code] = (await once(child, "close")) as [number | null];
  run.beforeRemoval = () => undefined;
  if (!IS_WORKFLOW)
    process.stderr.write("around: the registry and the Sigstore of this run are removed: nothing was released\n");
  if ("SCAN_CANARY" in added)
    process.stderr.write(
      "around: scanned with the fixture, which knows next to no advisory: a pass says nothing of yours\n",
    );
  return code ?? 3;
});

/** Where there is such a group: not every child has one of its own, and some have ended. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // nobody to tell
  }
}

/** The environment of a machine that has nothing: names of what was started, and of the fixture where no database is. */
async function surroundings(run: Run): Promise<Record<string, string>> {
  const scanned = await database(run);
  if (IS_WORKFLOW) return scanned;
  const repository = `${await startRegistry(run)}/hardened-node-api`;
  const sigstore = await startSigstore(run);
  const trust = join(run.folder, "trust.json");
  const accepted = JSON.parse(readFileSync(sigstore.trust, "utf8")) as object;
  // What production accepts of the image itself, with this machine's signer: a stand-in of a base must be refused.
  const strict = process.env["STRICT_ORIGINS"] === undefined ? {} : { origins: ["registry"] };
  process.stderr.write(
    `around: judged by policies/trust.json with an issuer, identity and registry of this machine${"origins" in strict ? "" : '; "local" is among its origins'}\n`,
  );
  writeFileSync(trust, JSON.stringify({ ...accepted, repositories: [repository], ...strict }));
  return { ...scanned, ...sigstore.env, REPOSITORY: repository, TRUST: trust };
}

/** The scanner's own where it gets one, else the fixture, and says so. */
async function database(run: Run): Promise<Record<string, string>> {
  try {
    await requireDatabase(run);
    return {};
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    process.stderr.write("no vulnerability database can be reached: scanning with the fixture of proof/scan-fixture\n");
    return await fixtureDatabase(run, join(run.folder, "vulnerabilities"));
  }
}
