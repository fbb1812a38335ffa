import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeWhole } from "pipeline/build";
import { command } from "pipeline/command";
import { ToolError } from "../errors.ts";
import { ROOT } from "../repository-copy.ts";
import { bringNeeded, openScene } from "./open-scene.ts";
import { report } from "./report.ts";
import { MEASURED, type Measured, PAGE, runbook } from "./runbook.ts";
import { walk } from "./step.ts";
import { steps } from "./steps.ts";

// make patch-drill: the day on which a finding appears, from end to end. 1 when a step ended otherwise than it must.
await command("patch-drill", async (run) => {
  const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
  const missing = await bringNeeded();
  if (missing !== undefined) throw new ToolError(`the drill needs ${missing}`);
  const tell = (line: string) => process.stderr.write(`patch-drill: ${line}\n`);
  const [load = 0] = loadavg();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  using scene = await openScene(run, tell);
  const setUpSeconds = seconds();
  const walked = await walk(steps, scene, tell);
  const measured: Measured = {
    schemaVersion: 1,
    at: new Date().toISOString(),
    cores: availableParallelism(),
    load,
    bases: [...new Set(scene.bases)].join(", "),
    setUpSeconds,
    totalSeconds: seconds(),
    dependency: scene.dependency,
    steps: walked,
  };
  writeWhole(join(ROOT, "out/patch-drill.json"), measured);
  const { text, code } = report(steps, measured);
  process.stdout.write(text);
  if (values.write && code === 0) {
    writeFileSync(MEASURED, `${JSON.stringify(measured, undefined, 2)}\n`);
    writeFileSync(PAGE, runbook(steps, measured));
    process.stdout.write("wrote docs/runbook-patch.md\n");
  }
  return code;
});
