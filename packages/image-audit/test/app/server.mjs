// The app of the fixture images. Its faults are switched on by environment variables, one each.
import { createWriteStream, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const { ON_SIGTERM = "drain", WRITE_AT_START, LEAVE_FILES, EXIT_AT_START } = process.env;
let ready = true;
let count = 0;
const uploading = new Set();

if (EXIT_AT_START) {
  console.error("configuration is missing");
  process.exit(Number(EXIT_AT_START));
}
if (WRITE_AT_START) writeFileSync(WRITE_AT_START, "state");

const server = createServer(async (request, response) => {
  if (request.url === "/ready") return response.writeHead(ready ? 200 : 503).end();
  uploading.add(response);
  const path = `/tmp/upload-${count++}`;
  const file = createWriteStream(path);
  for await (const chunk of request) file.write(chunk);
  file.end(() => {
    if (!LEAVE_FILES) unlinkSync(path);
    if (!ready) response.setHeader("connection", "close"); // kept alive it would hold the close back
    uploading.delete(response);
    response.end("stored");
  });
});
server.listen(3000);

const reactions = {
  drain() {
    ready = false;
    setTimeout(() => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
    }, 300);
  },
  // Readiness and the delay, but then it ends with an upload still coming in.
  forget() {
    ready = false;
    setTimeout(() => process.exit(0), 300);
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
if (ON_SIGTERM in reactions) process.on("SIGTERM", reactions[ON_SIGTERM]);
