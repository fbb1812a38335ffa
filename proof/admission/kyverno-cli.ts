import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { parse } from "yaml";
import { ToolError } from "../errors.ts";

/** One rule on one resource. */
type Result = { policy: string; result: string; message: string };
/** `judged`: how many results there are; `results` by `Kind/name`. */
export type Applied = { status: number; judged: number; results: Record<string, Result[]> };

type Report = {
  results?: { policy: string; result: string; message: string; resources: { kind: string; name: string }[] }[];
};

/**
 * Kyverno's own command line on policies and resources, against the registry that the images name.
 * A policy that it cannot read is left out and the command ends with 0: callers compare `judged`.
 * @param policies objects, or the text of a file
 */
export async function apply(run: Run, policies: unknown[], resources: unknown[], env = process.env): Promise<Applied> {
  const folder = mkdtempSync(join(run.folder, "kyverno-"));
  const write = (name: string, items: unknown[]) => {
    const texts = items.map((item) => (typeof item === "string" ? item : JSON.stringify(item))); // JSON is YAML
    writeFileSync(join(folder, name), texts.join("\n---\n"));
    return join(folder, name);
  };
  const args = [write("policies.yaml", policies), "--resource", write("resources.yaml", resources)];
  const options = { env: { ...env, HOME: folder }, signal: run.signal, maxBuffer: 64 * 2 ** 20 };
  const flags = ["--registry", "--remove-color", "--policy-report"];
  const { status, stdout, stderr } = await new Promise<{ status: unknown; stdout: string; stderr: string }>(
    (resolve) => {
      execFile("kyverno-cli", ["apply", ...args, ...flags], options, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
      );
    },
  );
  if (typeof status !== "number") throw new ToolError(`expected kyverno apply to end by itself, it said:\n${stderr}`);
  const at = stdout.search(/^apiVersion: openreports/m);
  const report: Report = at === -1 ? {} : (parse(stdout.slice(at)) as Report);
  const results: Applied["results"] = {};
  for (const { resources: judged, policy, result, message } of report.results ?? []) {
    for (const { kind, name } of judged) {
      const key = `${kind}/${name}`;
      results[key] = [...(results[key] ?? []), { policy, result, message }];
    }
  }
  return { status, judged: Object.values(results).flat().length, results };
}
