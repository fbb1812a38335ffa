import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./attack.ts";

const MARK = "not the image you built";
const evil = `import("node:http").then(({ createServer: serve }) => serve((_, response) => response.end("${MARK}")).listen(3000))`;
const UNSTOPPED =
  "no line of a Dockerfile or of the profile can stop it, at any stage: that takes a deployment that names the image by " +
  "digest and verifies the signature over it, which nothing here does yet";

/** The attacker can move the tag that is deployed; the engine's own tags stand for those of a registry. */
export const swapImage: Attack = {
  id: "swap-image",
  title: "swap the image",
  story:
    "The attacker can move a tag where images are deployed from; the engine's own tags stand for a registry's. Success: " +
    "the next deployment, by the same command as before, runs the attacker's image.",
  async run(scene) {
    const { target } = scene;
    const { script } = await scene.started();
    const tag = scene.alias(`hardened-node-api:${scene.name("deployed")}`, "hardened-node-api:deployed");
    const file = scene.alias(join(scene.run.folder, "evil.js"), "evil.js");
    const bench = scene.name("bench");
    writeFileSync(file, `${evil}\n`);
    scene.step(`echo '${evil}' > evil.js`);
    await scene.docker("tag", target.image.id, tag);
    await scene.docker("create", `--name=${bench}`, target.image.id);
    await scene.docker("cp", file, `${bench}:${script}`);
    await scene.docker("commit", bench, tag);
    const deployed = target.deployedBy === "tag" ? tag : target.image.id;
    const victim = scene.name("victim");
    const { port } = await scene.start(victim, deployed);
    const { stdout } = await scene.ask("inspect", "--format={{.Image}}", victim);
    scene.step("curl -s http://$(docker port victim 3000)/health");
    const answer = await (await fetch(`http://127.0.0.1:${port}/health`)).text();
    scene.saw(
      `deployed by ${target.deployedBy}: ${stdout.trim().slice(0, 19)}; built: ${target.image.id.slice(0, 19)}`,
    );
    scene.step("docker image rm --force hardened-node-api:deployed");
    scene.saw(`GET /health: ${answer.slice(0, 80)}`);
    if (answer === MARK) return { verdict: "succeeded", reason: UNSTOPPED };
    return { verdict: "stopped", by: null, reason: "the deployment names the image by what it is, not by a tag" };
  },
};
