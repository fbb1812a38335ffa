// Runs inside the image under test, by its own node: node -e <this> PORT SERVER_NAME
// Opens one TLS connection with nothing but Node's defaults and prints whether it trusted the server.
const { connect } = require("node:tls");

const [port, servername] = process.argv.slice(1);
const print = (attempt) => process.stdout.write(JSON.stringify(attempt));
const socket = connect({ host: "127.0.0.1", port: Number(port), servername }, () => {
  print({ connected: true, code: null });
  socket.destroy();
});
socket.on("error", (error) => print({ connected: false, code: error.code ?? error.message }));
