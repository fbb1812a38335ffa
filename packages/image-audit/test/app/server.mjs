// The app of the fixture images. Its faults are switched on by environment variables, one each.
import { createWriteStream, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "node:net";
import { userInfo } from "node:os";

const {
  ON_SIGTERM = "drain",
  ON_SECOND_SIGTERM = "exit",
  DRAIN_WITHOUT,
  ONLY_AS_PID_1,
  LOOK_UP_USER,
  WRITE_AT_START,
  LEAVE_FILES,
  EXIT_AT_START,
} = process.env;
const { WRITE_ON_ERROR, ALSO_LISTEN_ON, ON_SIGUSR1, TITLE, FETCH_AT_START, FETCH_PER_REQUEST } = process.env;
let ready = true;
let draining = false;
let count = 0;
const silent = new Set();
const uploading = new Set();

if (EXIT_AT_START) {
  console.error("configuration is missing");
  process.exit(Number(EXIT_AT_START));
}
if (LOOK_UP_USER) userInfo(); // throws when /etc/passwd does not know the user
if (WRITE_AT_START) writeFileSync(WRITE_AT_START, "state");
if (FETCH_AT_START) await fetch(FETCH_AT_START);

const server = createServer(async (request, response) => {
  silent.delete(request.socket);
  if (draining && DRAIN_WITHOUT !== "telling to close") response.setHeader("connection", "close");
  if (request.url === "/ready") return response.writeHead(ready ? 200 : 503).end();
  if (request.url === "/live") return response.writeHead(draining && DRAIN_WITHOUT === "liveness" ? 503 : 200).end();
  if (request.url === "/missing") {
    if (WRITE_ON_ERROR) writeFileSync(WRITE_ON_ERROR, request.url);
    return response.writeHead(404).end();
  }
  const away =
    FETCH_PER_REQUEST &&
    (await fetch(FETCH_PER_REQUEST).then(
      () => false,
      () => true,
    ));
  if (away) return response.writeHead(502).end();
  uploading.add(response);
  const path = `/tmp/upload-${count++}`;
  const file = createWriteStream(path);
  for await (const chunk of request) file.write(chunk);
  file.end(() => {
    if (!LEAVE_FILES) unlinkSync(path);
    if (draining) response.setHeader("connection", "close"); // kept alive it would hold the close back
    uploading.delete(response);
    response.end("stored");
  });
});
server.keepAliveTimeout = 60_000;
server.on("connection", (socket) => {
  silent.add(socket);
  socket.once("close", () => silent.delete(socket));
});
server.listen(3000);
if (ALSO_LISTEN_ON) createServer().listen(Number(ALSO_LISTEN_ON));
if (ON_SIGUSR1) process.on("SIGUSR1", () => console.log("SIGUSR1"));
if (TITLE) process.title = TITLE;

const reactions = {
  drain() {
    draining = true;
    ready = DRAIN_WITHOUT === "readiness";
    setTimeout(() => {
      // Node's http server ends idle connections with close(); that of net only stops listening.
      const { close } = DRAIN_WITHOUT === "ending idle" ? Server.prototype : server;
      close.call(server, () => process.exit(0));
      if (DRAIN_WITHOUT !== "ending silent") for (const socket of silent) socket.destroy();
    }, 500);
  },
  // Readiness and the delay, but then it ends with an upload still coming in.
  forget() {
    ready = false;
    setTimeout(() => process.exit(0), 500);
  },
  // Answers what it has not received yet, so that nothing holds its end back.
  answer() {
    for (const response of uploading) response.setHeader("connection", "close").end("stored");
    reactions.drain();
  },
  cut() {
    process.exit(0);
  },
};
const secondReactions = {
  exit: () => process.exit(143),
  claim: () => process.exit(0),
  ignore: () => {},
};
if (ON_SIGTERM in reactions && (!ONLY_AS_PID_1 || process.pid === 1)) {
  process.once("SIGTERM", () => {
    process.on("SIGTERM", secondReactions[ON_SECOND_SIGTERM]);
    reactions[ON_SIGTERM]();
  });
}
