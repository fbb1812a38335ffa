import { get } from "node:http";
import { settings } from "./settings.ts";

// Exit 0 when the service answers GET /health with 200, else 1. Runs every few seconds inside the container, so it
// loads nothing but Node's own modules.
const timeoutMs = 2_000; // for the whole exchange; below the 3 s that HEALTHCHECK gives it
const signal = AbortSignal.timeout(timeoutMs);
// biome-ignore lint/style/noProcessEnv: a program of its own; config.ts would bring zod and fail for unrelated settings
const port = process.env["PORT"] ?? settings.PORT.default;

try {
  // Its own agent: the global one obeys HTTP_PROXY under NODE_USE_ENV_PROXY.
  const request = get({ host: "127.0.0.1", port, path: "/health", agent: false, signal });
  request.on("error", fail);
  request.on("response", (response) => {
    response.on("error", fail).resume();
    if (response.statusCode !== 200) fail(new Error(`expected 200, got ${response.statusCode}`));
  });
} catch (error) {
  fail(error); // a PORT that is no port
}

function fail(error: unknown): void {
  if (process.exitCode === 1) return; // one line is enough
  process.exitCode = 1;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`unhealthy: ${signal.aborted ? `no answer within ${timeoutMs} ms` : message}\n`);
}
