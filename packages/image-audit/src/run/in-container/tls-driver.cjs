// Runs inside the image under test, by its own node: node -e <this> PLAN_JSON
// Starts TLS servers on the loopback address and lets a fresh node connect to them, attempt by attempt: the trusted
// certificates are read when a process starts, from its environment. Prints the attempts' results.
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:tls");

const plan = JSON.parse(process.argv[1]);

async function listen({ key, cert }) {
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on("error", () => {}); // the client leaves as soon as it has seen the certificate
    socket.end();
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return server;
}

function attempt({ flags, env, serverName }, port) {
  const child = spawn(process.execPath, [...flags, "-e", plan.client, String(port), serverName], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, complaint] = ["", ""];
  child.stdout.on("data", (chunk) => (printed += chunk));
  child.stderr.on("data", (chunk) => (complaint += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      const ended = `ended with ${signal ?? exitCode}: ${complaint.trim().split("\n")[0]}`;
      resolve(printed === "" ? { connected: false, code: ended } : JSON.parse(printed));
    });
  });
}

async function main() {
  const servers = await Promise.all(plan.servers.map(listen));
  const results = [];
  // One after the other: each node has a dozen threads, and a profile limits them.
  for (const each of plan.attempts) results.push(await attempt(each, servers[each.server].address().port));
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
}
main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
