import { checks, judge } from "image-audit";
import { differences, observeStage, stages } from "ladder";
import { command } from "pipeline/command";

// Judges images that the engine of DOCKER_HOST has, one for each stage in order, and prints a line of JSON each.
const images = process.argv.slice(2);
await command("ladder-there", async (run) => {
  for (const [index, contract] of stages.entries()) {
    const observation = await observeStage(run, contract, images[index] ?? "", (line) =>
      process.stderr.write(`${line}\n`),
    );
    const found = differences(contract, judge(observation, contract.limits, checks));
    const { sizeBytes } = observation.layers;
    process.stdout.write(`${JSON.stringify({ stage: contract.stage, sizeBytes, differences: found })}\n`);
  }
  return 0;
});
