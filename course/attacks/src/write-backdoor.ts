import type { Attack, Ending } from "./attack.ts";
import { lineIn, profileLine } from "./line.ts";
import type { Line } from "./result.ts";
import type { Scene } from "./scene.ts";

const MARK = "backdoor: runs as uid";

// Put first: the app's own last statement never ends.
const rewrite = `const fs = require("node:fs"), [, file] = process.argv;
const code = "console.log(\\"${MARK}\\", process.getuid());\\n" + fs.readFileSync(file);
try { fs.writeFileSync(file, code); console.log("rewritten"); } catch (error) { console.log(error.code); }
try { fs.closeSync(fs.openSync(file, "a")); } catch (error) { console.log(error.code); }`;

/** The app's own script is rewritten; after a crash and a restart the attacker's code runs by itself. */
export const writeBackdoor: Attack = {
  id: "write-backdoor",
  title: "write a backdoor into the app",
  story:
    "The attacker has code execution in the app's process, as an injected dependency has; docker exec of the image's own " +
    "Node as the runtime user stands for it. Success: the code is in the app and runs by itself after a restart.",
  async run(scene) {
    const { node, script } = await scene.started();
    const victim = scene.name("victim");
    await scene.start(victim, scene.target.image.id);
    const { stdout } = await scene.docker("exec", victim, node, "-e", rewrite, script);
    const [written = "nothing", ownership] = stdout.trim().split("\n");
    if (written !== "rewritten") return refused(scene, script, written, ownership);
    await scene.docker("kill", victim);
    await scene.docker("start", victim);
    await scene.ready(victim);
    const { stdout: log } = await scene.docker("logs", victim);
    const alive = log.split("\n").findLast((line) => line.startsWith(MARK));
    scene.saw(`${script} was rewritten`);
    scene.saw(alive === undefined ? "after the restart the log has no trace of it" : `after the restart: "${alive}"`);
    return alive === undefined ? { verdict: "stopped", by: null } : { verdict: "succeeded" };
  },
};

/** The kernel looks at the mount first when a file is to be emptied, at its owner first when it is appended to. */
function refused(scene: Scene, script: string, errno: string, ownership: string | undefined): Ending {
  const user = userLine(scene);
  const by = errno === "EROFS" ? profileLine(scene.target.root, "readOnlyRootFilesystem") : user;
  scene.saw(`rewriting ${script}: ${errno}`);
  if (ownership === "EACCES" && errno === "EROFS") {
    const where = user === null ? "" : ` (${user.file}:${user.line})`;
    scene.saw(`a second lock, enough alone: appending gives EACCES, for the file is root's and the app is not${where}`);
  }
  return { verdict: "stopped", by };
}

/** What gave the process its user: under the profile that is the profile, whatever the image says. */
function userLine({ target }: Scene): Line | null {
  return target.run === "profile" ? profileLine(target.root, "user") : lineIn(target.root, target.dockerfile, /^USER /);
}
