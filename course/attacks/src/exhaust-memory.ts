import type { Attack } from "./attack.ts";
import { profileLine } from "./line.ts";
import { answers } from "./scene.ts";

const GOAL = 512;
// Above the goal, so that it never is what stops the attack; the host stays out of it.
const BOUND = ["--memory=768m", "--memory-swap=768m"];

const hoard = `const fs = require("node:fs"), held = [];
for (let mib = 32; mib <= ${GOAL}; mib += 32) {
  held.push(Buffer.alloc(32 * 2 ** 20, 1));
  fs.writeSync(1, mib + "\\n");
}`;

/** Memory outside the heap, which Node itself does not bound. */
export const exhaustMemory: Attack = {
  id: "exhaust-memory",
  title: "exhaust memory",
  story:
    `The attacker has code execution in the container (docker exec stands for it) and takes ${GOAL} MiB from the host and ` +
    "everybody else on it. Success: it gets them. On a plain stage the test's own limit of 768 MiB protects this machine.",
  async run(scene) {
    const { node } = await scene.started();
    const victim = scene.name("victim");
    const plain = scene.target.run === "plain";
    const { port } = await scene.start(victim, scene.target.image.id, plain ? BOUND : []);
    const { code, stdout } = await scene.docker("exec", victim, node, "-e", hoard);
    const held = Number(stdout.trim().split("\n").at(-1));
    const { stdout: killed } = await scene.ask("inspect", "--format={{.State.OOMKilled}}", victim);
    scene.saw(`${held} MiB were taken${code === 0 ? "" : `, then the process ended with exit code ${code}`}`);
    scene.saw(`OOMKilled, says the engine of the container: ${killed.trim()}`);
    scene.saw(`the app then: GET /health ${await answers(port, "/health")}`);
    if (code === 0) {
      scene.saw(plain ? "nothing of the stage's own set a limit" : "the profile's limit is higher than that");
      return { verdict: "succeeded" };
    }
    const limited = !plain && killed.trim() === "true";
    return { verdict: "stopped", by: limited ? profileLine(scene.target.root, "memoryBytes") : null };
  },
};
