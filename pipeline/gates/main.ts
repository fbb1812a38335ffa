import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { ROOT } from "../bake.ts";
import { buildShipped, writeWhole } from "../build.ts";
import { command } from "../command.ts";
import { PipelineError } from "../errors.ts";
import { requireTools } from "../tools.ts";
import { attest, restate } from "./attest.ts";
import { requireDatabase } from "./database.ts";
import type { Gate, Shipment } from "./gate.ts";
import { image } from "./image.ts";
import { lock } from "./lock.ts";
import { runGate } from "./runner.ts";
import { sbom } from "./sbom.ts";
import { audit, rescan, scan } from "./scan.ts";
import { push, pushed, sign } from "./sign.ts";
import { readTrust } from "./trust.ts";
import { verify } from "./verify.ts";

// make pipeline: the image that ships through every gate in order; the first that fails ends it. Exit 0 all passed, 1 not.
// With --rescan IMAGE, by digest: what is released, through the gates of the weekly rescan.
await command("pipeline", async (run) => {
  run.alone("make pipeline");
  const { values } = parseArgs({ options: { bases: { type: "string" }, rescan: { type: "string" } } });
  const trust = process.env["TRUST"] ?? join(ROOT, "policies/trust.json");
  const { issuer, identity, repositories } = readTrust(trust);
  const repository = values.rescan?.split("@")[0] ?? process.env["REPOSITORY"] ?? repositories[0] ?? "";
  const accepted = `${trust} accepts ${repositories.join(", ")}`;
  const wrong = (what: string) => new PipelineError("CONFIGURATION", what);
  const out = join(ROOT, values.rescan === undefined ? "out/pipeline" : "out/rescan");
  // Results of an earlier run: a gate that this one does not reach has none.
  for (const file of globSync(join(out, "*.json"))) rmSync(file);
  if (values.rescan !== undefined && !/^[^@]+@sha256:[0-9a-f]{64}$/.test(values.rescan))
    throw wrong(`--rescan ${values.rescan}: expected HOST/REPOSITORY@sha256:…, the digest that is deployed`);
  if (!repositories.includes(repository))
    throw wrong(`REPOSITORY is "${repository}", ${accepted}: name one of these, or add it there`);
  const mirror = URL.parse(process.env["GRYPE_DB_UPDATE_URL"] ?? "");
  // The scanner's report names the address, and is attested for all to read.
  if (mirror?.username) throw wrong("GRYPE_DB_UPDATE_URL has a password in it: name a mirror that asks for none");
  requireTools([...(values.rescan === undefined ? ["syft", "crane"] : ["jq", "oras"]), "grype", "cosign"]);
  await requireDatabase(run);
  const shipment: Shipment = { root: ROOT, scripts: import.meta.dirname, out, repository, trust, issuer, identity };
  if (values.rescan !== undefined) shipment.subject = values.rescan;
  const head = ["gate", "verdict", "seconds", "what was seen"];
  const table = new Table({ head, style: { head: [], border: [] }, wordWrap: true, colWidths: [8, 9, 9, 84] });
  const passes = async (...gates: Gate[]) => {
    for (const gate of gates) {
      process.stderr.write(`${gate.name} …\n`);
      const [result, isStored] = await runGate(run, gate, shipment);
      writeWhole(join(out, `${gate.name}.json`), result);
      const since = isStored ? ` (nothing changed since ${result.at})` : "";
      table.push([gate.name, result.verdict, isStored ? "stored" : result.seconds, `${result.reason}${since}`]);
      if (result.verdict === "fail") return false;
    }
    return true;
  };
  const all = async () => {
    if (values.rescan !== undefined) return await passes(rescan, restate);
    if (!(await passes(lock, audit))) return false;
    shipment.record = await buildShipped(run, { bases: values.bases }); // only from dependencies that passed
    if (!(await passes(sbom, scan, image, push))) return false;
    shipment.subject = pushed(out);
    return await passes(sign, attest, verify);
  };
  const passed = await all();
  process.stdout.write(`${table.toString()}\n`);
  const end = passed ? `passed: ${shipment.subject}; the results are` : "refused; what the tools printed is";
  process.stdout.write(`${end} in ${out}\n`);
  return passed ? 0 : 1;
});
