// How much the image probe adds to what it reads: `node bench/probe.ts IMAGE [RUNS]`.
// The bar is 1.15 × `docker save IMAGE | cat >/dev/null` + 0.2 s; medians, because other work disturbs single runs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connectEngine } from "../src/engine.ts";
import { probeImage } from "../src/image/probe.ts";

const [image = "hardened-node-api:stage-4", runs = "5"] = process.argv.slice(2);
const docker = await connectEngine();

const save = async (): Promise<void> => {
  const child = spawn("sh", ["-c", 'docker save "$1" | cat >/dev/null', "sh", image], { stdio: "inherit" });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`docker save ended with ${code}`);
};
const probe = async (): Promise<void> => {
  await probeImage(image, { docker });
};

const seconds = async (work: () => Promise<void>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

// In turn, so that a busy moment of the machine meets both.
const saves: number[] = [];
const probes: number[] = [];
await probe();
for (let run = 0; run < Number(runs); run++) {
  saves.push(await seconds(save));
  probes.push(await seconds(probe));
}
const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const [saved, probed] = [median(saves), median(probes)];
const bar = 1.15 * saved + 0.2;
console.log(`docker save | cat  ${saved.toFixed(2)} s`);
console.log(`probe              ${probed.toFixed(2)} s  (${(probed / saved).toFixed(2)} ×)`);
console.log(`bar                ${bar.toFixed(2)} s  ${probed <= bar ? "held" : "NOT held"}`);
process.exitCode = probed <= bar ? 0 : 1;
