// Runs inside the image under test, by its own node: node -e <this> PLAN_JSON
// Starts TLS servers on the loopback address and lets a fresh node connect to them, attempt by attempt: the trusted
// certificates are read when a process starts, from its environment. Prints the attempts' results.
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { createServer, rootCertificates } = require("node:tls");

const plan = JSON.parse(process.argv[1]);

async function listen({ key, cert }) {
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on("error", () => {}); // the client leaves as soon as it has seen the certificate
    socket.end();
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return server;
}

function attempt({ flags, env, targets }, ports) {
  const asked = targets.map(({ server, serverName }) => ({ port: ports[server], serverName }));
  const child = spawn(process.execPath, [...flags, "-e", plan.client, JSON.stringify(asked)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, complaint] = ["", ""];
  child.stdout.on("data", (chunk) => (printed += chunk));
  child.stderr.on("data", (chunk) => (complaint += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      const code = `ended with ${signal ?? exitCode}: ${complaint.trim().split("\n")[0]}`;
      resolve(printed === "" ? targets.map(() => ({ connected: false, code })) : JSON.parse(printed));
    });
  });
}

async function main() {
  const servers = await Promise.all(plan.servers.map(listen));
  const ports = servers.map((server) => server.address().port);
  const attempts = {};
  // One after the other: each node has a dozen threads, and a profile limits them.
  for (const [name, each] of Object.entries(plan.attempts)) attempts[name] = await attempt(each, ports);
  const printed = JSON.stringify({ bundledRoots: rootCertificates.length, attempts });
  process.stdout.write(printed, () => process.exit(0));
}
main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
