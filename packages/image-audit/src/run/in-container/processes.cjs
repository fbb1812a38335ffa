// Runs inside the image under test, by its own node: node -e <this>
// Prints every process of the container as JSON, zombies too (`docker top` leaves them out).
const { readdirSync, readFileSync } = require("node:fs");

function processOf(pid) {
  const status = Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const numbers = (name) => (status[name] ? status[name].split(/\s+/).map(Number) : []);
  return {
    pid: Number(pid),
    ppid: Number(status.PPid),
    state: status.State.slice(0, 1),
    uids: numbers("Uid"),
    gids: numbers("Gid"),
    groups: numbers("Groups"),
    capEff: status.CapEff,
    capBnd: status.CapBnd,
    noNewPrivs: status.NoNewPrivs === "1",
    seccomp: Number(status.Seccomp),
    rssBytes: Number.parseInt(status.VmRSS ?? "0", 10) * 1024, // a zombie has none
    argv: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1),
  };
}

const processes = [];
for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
  try {
    processes.push(processOf(pid));
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "ESRCH") throw error; // ended while it was read
  }
}
process.stdout.write(JSON.stringify(processes));
