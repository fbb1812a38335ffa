import Table from "cli-table3";
import { type Measured, ratio } from "./runbook.ts";
import { held } from "./step.ts";

/** What the command prints of a run, and the code it ends with: 0 only when every step ended as expected. */
export function report(steps: readonly { name: string }[], measured: Measured): { text: string; code: 0 | 1 } {
  const { steps: walked, setUpSeconds, totalSeconds } = measured;
  const head = ["step", "verdict", "seconds", "what was seen"];
  const table = new Table({ head, style: { head: [], border: [] }, wordWrap: true, colWidths: [10, 17, 9, 80] });
  for (const { step, verdict, seen, seconds } of walked) table.push([step, verdict, seconds.toFixed(1), seen]);
  const times = `set-up ${setUpSeconds.toFixed(0)} s, all of it ${totalSeconds.toFixed(0)} s`;
  if (held(steps, walked)) return { text: `${table.toString()}\n${ratio(measured)}; ${times}\n`, code: 0 };
  const last = `${walked.length} of ${steps.length} steps were walked, ${walked.at(-1)?.step} not as expected`;
  return { text: `${table.toString()}\nnot held: ${last}; ${times}\n`, code: 1 };
}
