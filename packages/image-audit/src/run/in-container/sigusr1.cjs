// Runs inside the image under test, by its own node: node -e <this> WITHIN_MS PID…
// Sends SIGUSR1, which asks a node to open its inspector, and waits until there is something to see of it: the process
// ended, the signal is held back (so nothing will ever come of it), a socket more listens; or until the time is up.
const { readdirSync, readFileSync } = require("node:fs");

const [withinMs, ...pids] = process.argv.slice(1).map(Number);
const deadline = Date.now() + withinMs;
const sigusr1 = 1n << 9n; // signal 10

function listeners() {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => (read(path) ?? "").trim().split("\n").slice(1));
  return lines.filter((line) => line.trim().split(/\s+/)[3] === "0A").length;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null; // ended, or no IPv6
    throw error;
  }
}

function has(status, mask) {
  return (BigInt(`0x${new RegExp(`^${mask}:\\s*(\\w+)`, "m").exec(status)[1]}`) & sigusr1) !== 0n;
}

// Ignored, or pending for the process while every thread of it blocks it.
function isHeld(pid, status) {
  if (has(status, "SigIgn")) return true;
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/status`));
  return has(status, "ShdPnd") && threads.every((thread) => thread === null || has(thread, "SigBlk"));
}

function send(pid) {
  try {
    return process.kill(pid, "SIGUSR1");
  } catch (error) {
    if (error.code === "EPERM" || error.code === "ESRCH") return false; // another user's, or ended
    throw error;
  }
}

function stateOf({ pid, sent }) {
  const status = read(`/proc/${pid}/status`);
  const alive = status !== null && !/^State:\s*[ZX]/m.test(status);
  return { pid, sent, alive, held: alive && isHeld(pid, status) };
}

const before = listeners();
const signalled = pids.map((pid) => ({ pid, sent: send(pid) }));
function look() {
  const states = signalled.map(stateOf);
  const settled = states.every(({ sent, alive, held }) => !sent || !alive || held) || listeners() !== before;
  if (settled || Date.now() >= deadline) process.stdout.write(JSON.stringify(states));
  else setTimeout(look, 20);
}
look();
