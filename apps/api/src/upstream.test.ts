import "reflect-metadata"; // @peculiar/x509 needs it before its own import
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import * as x509 from "@peculiar/x509";
import request from "supertest";
import { expect, onTestFinished, test } from "vitest";
import { Directory, startHere, startProcess } from "../testing/service.ts";
import { readConfig } from "./config.ts";
import { listen } from "./listen.ts";

const { cert, key } = await certificate();
const fast = { timeoutMs: 60_000, intervalMs: 0 };

/** Of an authority that nobody trusts, for the name "localhost" and no address. */
async function certificate() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=test authority",
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: made.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

/** A server with that certificate; `answer` may be exchanged while it runs. */
async function upstreamServer(answer: RequestListener = (_request, response) => void response.end("fine")) {
  const upstream = { answer, asked: 0 };
  const server = createServer({ cert, key }, (message, response) => {
    upstream.asked += 1;
    upstream.answer(message, response);
  });
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => stop(server));
  return Object.assign(upstream, { port, server, url: `https://localhost:${port}/` });
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Trusts the test's authority in this process until the test ends. */
function trust(): void {
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
}

const readiness = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/ready`);
  const { code, status, upstream } = (await response.json()) as Record<string, unknown>;
  return [response.status, code ?? status, upstream];
};
const unreached = [503, "UPSTREAM_UNREACHED", undefined];

/** The service as a process with its upstream; with `ca` it is told of the authority the way an operator does it. */
async function startWith(url: string, ca: boolean) {
  const directory = await Directory.create();
  const file = join(directory.path, "ca.pem");
  await writeFile(file, cert);
  const settings = { UPSTREAM_URL: url, UPSTREAM_TIMEOUT_MS: "60000", UPSTREAM_INTERVAL_MS: "0" };
  return await startProcess({ ...settings, DRAIN_DELAY_MS: "0", ...(ca && { NODE_EXTRA_CA_CERTS: file }) });
}

test("trusted by NODE_EXTRA_CA_CERTS it is reached; failing later, it is reported and the pod stays ready", async () => {
  const upstream = await upstreamServer();
  await using service = await startWith(upstream.url, true);
  const metric = async () => {
    const response = await fetch(`http://127.0.0.1:${await service.adminPort()}/metrics`);
    return /^upstream_reachable (\d)$/m.exec(await response.text())?.[1];
  };
  expect(await metric()).toBe("0");
  expect(await readiness(await service.port())).toEqual([200, "ready", "reachable"]);
  expect(await metric()).toBe("1");

  await stop(upstream.server);
  expect(await readiness(await service.port())).toEqual([200, "ready", "unreachable"]);
  expect(await metric()).toBe("0");
  expect(await service.log.until("upstream failed")).toMatchObject({ level: 40, code: expect.any(String) });
});

test.each([
  ["the CA is not trusted", false, "localhost", /SELF_SIGNED|VERIFY/],
  ["the certificate is for another name", true, "127.0.0.1", /ALTNAME/],
] as const)("not ready when %s, and the log says so", async (_, ca, host, code) => {
  const upstream = await upstreamServer();
  await using service = await startWith(`https://${host}:${upstream.port}/`, ca);
  expect(await readiness(await service.port())).toEqual(unreached);
  expect(await readiness(await service.port())).toEqual(unreached);
  expect(await service.log.until("upstream failed")).toMatchObject({ code: expect.stringMatching(code) });
  expect(upstream.asked).toBe(0); // refused in the handshake: it never saw a request
});

test("never reached: not ready, until it is", async () => {
  trust();
  const upstream = await upstreamServer((_request, response) => void response.writeHead(503).end());
  await using service = await startHere({ upstream: { ...fast, url: upstream.url } });
  expect(await readiness(service.port)).toEqual(unreached);
  upstream.answer = (_request, response) => void response.writeHead(404).end(); // it answers: that is what is asked
  expect(await readiness(service.port)).toEqual([200, "ready", "reachable"]);
  upstream.answer = (_request, response) => void response.writeHead(500).end();
  expect(await readiness(service.port)).toEqual([200, "ready", "unreachable"]);
  upstream.answer = (_request, response) => void response.end();
  expect(await readiness(service.port)).toEqual([200, "ready", "reachable"]);
});

test("an answer is kept for the interval, and however many ask at once, one request is made", async () => {
  trust();
  const held = Promise.withResolvers<void>();
  const upstream = await upstreamServer((_request, response) => void held.promise.then(() => response.end()));
  await using service = await startHere({ upstream: { ...fast, intervalMs: 600_000, url: upstream.url } });
  const answers = Array.from({ length: 20 }, () => readiness(service.port));
  while (service.drain.inFlight < 20 || upstream.asked < 1) await new Promise(setImmediate);
  held.resolve();
  for (const answer of await Promise.all(answers)) expect(answer).toEqual([200, "ready", "reachable"]);
  expect(await readiness(service.port)).toEqual([200, "ready", "reachable"]);
  expect(upstream.asked).toBe(1);
});

test("with no interval every question is passed on", async () => {
  trust();
  const upstream = await upstreamServer();
  await using service = await startHere({ upstream: { ...fast, url: upstream.url } });
  for (let n = 0; n < 3; n += 1) await readiness(service.port);
  expect(upstream.asked).toBe(3);
});

test("an upstream that never answers is given up after the timeout", async () => {
  trust();
  const upstream = await upstreamServer(() => undefined);
  await using service = await startHere({ upstream: { ...fast, timeoutMs: 50, url: upstream.url } });
  expect(await readiness(service.port)).toEqual(unreached);
  expect(service.log.lines).toContainEqual(expect.objectContaining({ reason: expect.stringMatching(/Timeout/) }));
});

test("while draining it is not asked, and liveness never asks", async () => {
  trust();
  const upstream = await upstreamServer();
  await using service = await startHere({ upstream: { ...fast, url: upstream.url } });
  await request(service.server).get("/health").expect(200);
  service.drain.begin();
  expect(await readiness(service.port)).toEqual([503, "DRAINING", undefined]);
  expect(upstream.asked).toBe(0);
});

test("off by default: readiness says nothing of an upstream, and there is no metric", async () => {
  await using service = await startHere();
  expect((await request(service.server).get("/ready")).body).toEqual({ status: "ready" });
  expect((await request(service.admin).get("/metrics")).text).not.toContain("upstream");
});

test.each([
  "http://plain.test/",
  "localhost:3000",
  "",
  "https://me:hunter2@upstream.test/",
  "https://upstream.test/#a",
])("UPSTREAM_URL %j is refused, without the password", (UPSTREAM_URL) => {
  const read = () => readConfig({ UPSTREAM_URL });
  expect(read).toThrow(/UPSTREAM_URL: got .*, expected an https URL without user, password and fragment/);
  expect(read).not.toThrow(/hunter2/);
});

test("times are checked although no upstream is set", () => {
  expect(() => readConfig({ UPSTREAM_TIMEOUT_MS: "0", UPSTREAM_INTERVAL_MS: "soon" })).toThrow(
    /UPSTREAM_TIMEOUT_MS: got "0"[\s\S]*UPSTREAM_INTERVAL_MS: got "soon"/,
  );
});
