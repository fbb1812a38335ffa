import { allRungs, checks, judge } from "image-audit";
import { differences, observeStage, stages } from "ladder";
import { command } from "pipeline/command";

// Judges images that the engine of DOCKER_HOST has, one for each stage in order, and prints a line of JSON each: what an
// image is, of every stage; how it behaves, of the last one. The kernel runs all of them as it does on the other engine.
const images = process.argv.slice(2);
const isOfImage = ({ needs }: (typeof checks)[number]) => !needs.some((need) => need.startsWith("runs."));
await command("ladder-there", async (run) => {
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  for (const [index, contract] of stages.entries()) {
    const isLast = index === stages.length - 1;
    const chosen = isLast ? checks : checks.filter(isOfImage);
    const observation = await observeStage(run, contract, images[index] ?? "", progress, isLast ? allRungs : []);
    const all = differences(contract, judge(observation, contract.limits, chosen));
    const found = all.filter(({ id }) => chosen.some((check) => check.id === id));
    const { sizeBytes } = observation.layers;
    const judged = chosen.length;
    process.stdout.write(`${JSON.stringify({ stage: contract.stage, sizeBytes, judged, differences: found })}\n`);
  }
  return 0;
});
