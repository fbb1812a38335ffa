// Runs inside the image under test, by its own node: node -e <this> TARGETS_JSON
// Opens TLS connections with nothing but Node's defaults, and prints for each whether it trusted the server.
const { connect } = require("node:tls");

function attempt({ port, serverName }) {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, servername: serverName }, () => {
      resolve({ connected: true, code: null });
      socket.destroy();
    });
    socket.on("error", (error) => resolve({ connected: false, code: error.code ?? error.message }));
  });
}

async function main() {
  const results = [];
  for (const target of JSON.parse(process.argv[1])) results.push(await attempt(target));
  process.stdout.write(JSON.stringify(results));
}
main().catch((error) => process.stderr.write(`${error.stack}\n`, () => process.exit(1)));
