import type { Attack } from "./attack.ts";
import { lineIn } from "./line.ts";

// A program of the attacker's own: a script, because the kernel refuses to execute it where it would refuse a binary.
const spawn = `const fs = require("node:fs"), { spawnSync } = require("node:child_process");
const seen = (file) => { const { error, stdout } = spawnSync(file, file === "busybox" ? ["sh", "-c", "id"] : ["-c", "id"]); return error?.code ?? String(stdout).trim(); };
for (const shell of ["/bin/sh", "/bin/bash", "/bin/dash", "/bin/ash", "/busybox/sh", "busybox", "sh"])
  console.log(JSON.stringify(["shell", shell, seen(shell)]));
const own = require("node:os").tmpdir() + "/own";
fs.writeFileSync(own, "#!" + process.execPath + "\\nconsole.log(\\"runs as uid\\", process.getuid())\\n", { mode: 0o755 });
console.log(JSON.stringify(["own", own, seen(own)]));`;

/** A shell of the image's, or a program that the attacker brings. */
export const spawnShell: Attack = {
  id: "spawn-shell",
  title: "spawn a shell",
  story:
    "The attacker has code execution in the app's process (docker exec of the image's own Node stands for it) and wants " +
    "what ready-made tools expect. Success: a shell of the image runs, or a program that the attacker brings.",
  async run(scene) {
    const { node } = await scene.started();
    const victim = scene.name("victim");
    await scene.start(victim, scene.target.image.id);
    const { stdout, stderr } = await scene.docker("exec", victim, node, "-e", spawn);
    const tried = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as [kind: "shell" | "own", file: string, seen: string]);
    if (!tried.some(([kind]) => kind === "own")) scene.saw(`no program could be written: ${lastLine(stderr)}`);
    const ran = tried.filter(([, , seen]) => !/^E[A-Z]+$/.test(seen));
    // A shell that is not there says nothing where another one is.
    const telling = ran.length === 0 ? tried : tried.filter((one) => ran.includes(one) || one[0] === "own");
    for (const [kind, file, seen] of telling)
      scene.saw(`${kind === "own" ? "a program of its own, " : ""}${file}: ${seen}`);
    if (ran.length > 0) return { verdict: "succeeded" };
    scene.saw("what is left to the attacker is the app's own Node");
    // Were there a shell, it would run: the mount option only keeps the attacker from bringing one.
    return { verdict: "stopped", by: lineIn(scene.target.root, scene.target.dockerfile, /^FROM /) };
  },
};

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
