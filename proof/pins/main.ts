import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { command } from "pipeline/command";
import { ToolError } from "../errors.ts";
import { ROOT } from "../repository-copy.ts";
import { examinePins, render } from "./doctor.ts";

// make pins: 0 every pin is as it should be, 1 findings. What no registry answers is skipped by name; a machine that
// must not accept that says --online.
await command("pins", async () => {
  const { values } = parseArgs({ options: { online: { type: "boolean", default: false } } });
  const verdicts = await examinePins(ROOT, new Date());
  process.stdout.write(render(verdicts));
  mkdirSync(join(ROOT, "out"), { recursive: true });
  writeFileSync(join(ROOT, "out/pins.json"), `${JSON.stringify({ schemaVersion: 1, verdicts }, null, 2)}\n`);
  if (verdicts.some(({ findings }) => findings.length > 0)) return 1;
  const silent = verdicts.filter(({ part, skipped }) => part === "online" && skipped.length > 0);
  if (!values.online || silent.length === 0) return 0;
  throw new ToolError(`expected every registry to answer, got none for ${silent.map(({ rule }) => rule).join(", ")}`);
});
