// Runs inside the image under test, by its own node: node -e <this> PID ENDED_WITHIN_MS REAPED_WITHIN_MS
// Prints true when the process has left /proc, false when it stayed a zombie of PID 1, null when it never ended.
const { readFileSync } = require("node:fs");

const [pid, endedWithinMs, reapedWithinMs] = process.argv.slice(1);
const started = Date.now();
let zombieSince = null;

function stateOf() {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, ppid };
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null;
    throw error;
  }
}

function verdict() {
  const now = stateOf();
  if (now === null) return true;
  if (now.state === "Z" && now.ppid === "1") zombieSince = zombieSince ?? Date.now();
  if (zombieSince !== null && Date.now() - zombieSince >= Number(reapedWithinMs)) return false;
  return Date.now() - started >= Number(endedWithinMs) ? null : undefined;
}

function look() {
  const answer = verdict();
  if (answer === undefined) setTimeout(look, 20);
  else process.stdout.write(JSON.stringify(answer));
}
look();
