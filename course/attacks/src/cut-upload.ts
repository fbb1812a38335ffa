import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Attack } from "./attack.ts";
import { lineIn } from "./line.ts";
import { answers } from "./scene.ts";

const HALF = Buffer.alloc(32_768);

/** A deployment on a bad day: the container is stopped while a client uploads. */
export const cutUpload: Attack = {
  id: "cut-upload",
  title: "cut an upload",
  story:
    "No attacker: a deployment stops the container while a client uploads. The client sends the rest once the service " +
    "takes no new connection, when a balancer has moved everybody else away. Success: the upload is lost.",
  async run(scene) {
    const victim = scene.name("victim");
    const { port } = await scene.start(victim, scene.target.image.id);
    scene.step("url=http://$(docker port victim 3000)");
    scene.step(
      "(head -c 32768 /dev/zero; while curl -so /dev/null $url/health; do sleep .2; done; head -c 32768 /dev/zero) | " +
        "curl -sS -X POST -T - $url/v1/digests &",
    );
    const upload = await halfAnUpload(port);
    const stopped = scene.docker("stop", victim);
    await refusedOrEnded(port, stopped, scene.run.signal);
    const answer = await upload.finish();
    await stopped;
    const { stdout } = await scene.docker("inspect", "--format={{.State.ExitCode}}", victim);
    scene.saw(`half of the upload was sent, then docker stop; the client got: ${answer}`);
    scene.saw(`the container ended with exit code ${stdout.trim()}${stdout.trim() === "137" ? ": killed" : ""}`);
    if (answer !== "200") return { verdict: "succeeded" };
    // Exec form is what lets the signal reach Node; the handler in the app is the same at every stage.
    return { verdict: "stopped", by: lineIn(scene.target.root, scene.target.dockerfile, /^CMD \[/) };
  },
};

/** Returns once the app has the first half: it answered "100 Continue". */
async function halfAnUpload(port: number): Promise<{ finish: () => Promise<string> }> {
  const headers = { "content-type": "application/octet-stream", "content-length": 2 * HALF.length };
  const upload = httpRequest({
    host: "127.0.0.1",
    port,
    path: "/v1/digests",
    method: "POST",
    headers: { ...headers, expect: "100-continue" },
  });
  const answer = new Promise<string>((resolve) => {
    upload.on("response", (response: IncomingMessage) => {
      response.resume().on("end", () => resolve(String(response.statusCode)));
      response.on("error", (error) => resolve(`half an answer: ${error.message}`));
    });
    upload.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  });
  upload.flushHeaders();
  await Promise.race([once(upload, "continue"), answer]);
  await new Promise((resolve) => upload.write(HALF, resolve));
  return {
    finish: () => {
      upload.end(HALF);
      return answer;
    },
  };
}

/** An app that never stops to take connections is killed in the end. */
async function refusedOrEnded(port: number, stopped: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let ended = false;
  const end = stopped.finally(() => {
    ended = true;
  });
  end.catch(() => undefined); // the caller waits for it too
  while (!ended) {
    const answer = await answers(port, "/health");
    if (typeof answer === "string" && answer !== "timeout") return; // a busy machine is slow, it does not refuse
    await delay(100, undefined, { signal });
  }
}
