// Runs inside the image under test, by its own node: node -e <this> PORT READY_PATH WITHIN_MS REQUEST_JSON
// Asks the ready path until it answers 2xx or the time is up, then sends the request (null: none). Prints both answers.
const { request: httpRequest } = require("node:http");

const [port, readyPath, withinMs, requestJson] = process.argv.slice(1);
const wanted = JSON.parse(requestJson);
const deadline = Date.now() + Number(withinMs);

function ask({ method, path, headers, timeoutMs }, body) {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const failed = (error) => resolve({ status: null, error: error.code ?? error.message });
    httpRequest({ host: "127.0.0.1", port, method, path, headers, signal, agent: false }, (response) => {
      response.resume();
      response.on("error", failed);
      response.on("end", () => resolve({ status: response.statusCode, error: null }));
    })
      .on("error", failed)
      .end(body);
  });
}

async function main() {
  let last = "";
  let ready = false;
  while (!ready && Date.now() < deadline) {
    const { status, error } = await ask({ method: "GET", path: readyPath, timeoutMs: 1000 });
    ready = status >= 200 && status < 300;
    last = error ?? `status ${status}`;
    if (!ready) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  let answer = null;
  if (ready && wanted !== null) {
    const { method, path, contentType, bodyBytes } = wanted;
    const headers = { "content-type": contentType, "content-length": bodyBytes };
    answer = await ask({ method, path, headers, timeoutMs: 10_000 }, Buffer.alloc(bodyBytes, "a"));
  }
  process.stdout.write(JSON.stringify({ ready, last, answer }));
}
main().catch((error) => process.stderr.write(`${error.stack}\n`, () => process.exit(1)));
