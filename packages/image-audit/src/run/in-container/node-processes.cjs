// Runs inside the image under test, by its own node: node -e <this>
// Prints what the switches of every process of this node amount to. Of an environment two values alone leave the
// container: the rest is nobody's business, secrets above all.
const { execPath } = process;
const { spawnSync } = require("node:child_process");
const { readdirSync, readFileSync, readlinkSync, writeSync } = require("node:fs");
const { basename } = require("node:path");

const separated = (text) => text.split("\0").slice(0, -1);
const namesNode = ([program = ""]) => /^node(js)?$/.test(basename(program));

function environmentOf(pid) {
  try {
    const pairs = separated(readFileSync(`/proc/${pid}/environ`, "utf8"));
    return Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
  } catch (error) {
    if (error.code === "EACCES") return null; // another user's
    throw error;
  }
}

// Loaded by a second node before its script, in a process that has the same arguments and environment: node itself
// decides what they mean. It ends before the app would begin.
const preload = `
import { getHeapStatistics } from "node:v8";
import { writeSync } from "node:fs";
const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\\s+/)];
writeSync(1, "\\n" + JSON.stringify({
  heapLimitBytes: getHeapStatistics().heap_size_limit,
  reportHasEnvironment: process.report.getReport().environmentVariables !== undefined,
  inspects: given.some((argument) => /^--inspect(-brk|-wait)?(=|$)/.test(argument)),
}));
process.exit(0);`;

function switchesOf(pid, argv, environment) {
  if (environment === null || !namesNode(argv)) return null; // process.title hides the arguments
  const options = `${environment.NODE_OPTIONS ?? ""} --import=data:text/javascript,${encodeURIComponent(preload)}`;
  const { stdout } = spawnSync(execPath, argv.slice(1), {
    cwd: readlinkSync(`/proc/${pid}/cwd`),
    env: { ...environment, NODE_OPTIONS: options },
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  try {
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1));
  } catch {
    return null; // a node without --import, or one that did not start
  }
}

function isNode(pid, argv) {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === execPath;
  } catch (error) {
    if (error.code === "EACCES") return namesNode(argv);
    throw error;
  }
}

function nodeOf(pid, argv) {
  const environment = environmentOf(pid);
  const { NODE_ENV = null, NODE_TLS_REJECT_UNAUTHORIZED = null } = environment ?? {};
  const [, soft, hard] = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"));
  return {
    pid: Number(pid),
    environment: environment && { NODE_ENV, NODE_TLS_REJECT_UNAUTHORIZED },
    coreLimit: { soft, hard },
    switches: switchesOf(pid, argv, environment),
  };
}

const nodes = [];
for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
  try {
    const argv = separated(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    if (isNode(pid, argv)) nodes.push(nodeOf(pid, argv));
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "ESRCH") throw error; // ended while it was read
  }
}
writeSync(1, JSON.stringify(nodes));
