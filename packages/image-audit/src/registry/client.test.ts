import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Registry } from "./client.ts";

const bytes = Buffer.from('{"schemaVersion":2}');
const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}` as const;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a manifest comes with the digest of its bytes, whatever a header says", async () => {
  const host = await serve((_, response) => response.setHeader("docker-content-digest", "sha256:0").end(bytes));
  expect(await new Registry({ host, repository: "app" }).manifest("v1")).toMatchObject({ digest, bytes });
});

test("other bytes than those of the digest asked for are refused", async () => {
  const host = await serve((_, response) => response.end("other"));
  const registry = new Registry({ host, repository: "app" });
  await expect(registry.manifest(digest)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  await expect(registry.blob(digest)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  expect(await registry.blobDigest(digest)).not.toBe(digest);
});

test("a token server named in the challenge is asked once", async () => {
  const asked: string[] = [];
  const host = await serve((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.startsWith("/token")) return response.end('{"token":"t"}');
    if (request.headers.authorization === "Bearer t") return response.end(bytes);
    const realm = `http://${host}/token`;
    const challenge = `Bearer realm="${realm}",service="s",scope="repository:app:pull"`;
    return response.writeHead(401, { "www-authenticate": challenge }).end();
  });
  const registry = new Registry({ host, repository: "app" });
  await registry.manifest("v1");
  await registry.manifest(digest);
  expect(asked.filter((url) => url.startsWith("/token"))).toEqual(["/token?service=s&scope=repository%3Aapp%3Apull"]);
});

test.each([
  [404, "IMAGE_NOT_FOUND"],
  [401, "REGISTRY_DENIED"],
  [500, "REGISTRY_UNREACHABLE"],
])("status %i is %s", async (status, code) => {
  const host = await serve((_, response) => response.writeHead(status).end());
  await expect(new Registry({ host, repository: "app" }).manifest("v1")).rejects.toMatchObject({ code });
});

test("nobody there is REGISTRY_UNREACHABLE; no referrers API and no blob are undefined", async () => {
  await expect(new Registry({ host: "127.0.0.1:1", repository: "app" }).manifest("v1")).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
  });
  const host = await serve((_, response) => response.writeHead(404).end());
  expect(await new Registry({ host, repository: "app" }).referrers(digest)).toBeUndefined();
  expect(await new Registry({ host, repository: "app" }).blobDigest(digest)).toBeUndefined();
});

test("a blob goes into a file as it comes; other bytes than its digest's are refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "blob-"));
  let sent = bytes;
  const host = await serve((_, response) => response.end(sent));
  const registry = new Registry({ host, repository: "app" });
  await registry.saveBlob(digest, join(folder, "blob"));
  expect(readFileSync(join(folder, "blob"))).toEqual(bytes);
  sent = Buffer.from("other");
  await expect(registry.saveBlob(digest, join(folder, "blob"))).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  rmSync(folder, { recursive: true });
});

test("an answer that breaks off is no answer, and an interrupt ends the wait with its own reason", async () => {
  const host = await serve((request, response) => {
    response.setHeader("content-length", bytes.length);
    response.write(bytes.subarray(0, 3));
    if (request.url?.endsWith("broken")) setImmediate(() => response.destroy());
  });
  const broken = new Registry({ host, repository: "app" });
  await expect(broken.manifest("broken")).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  const interrupt = new AbortController();
  const asked = new Registry({ host, repository: "app" }, { signal: interrupt.signal }).manifest("slow");
  const reason = new Error("SIGINT");
  interrupt.abort(reason);
  await expect(asked).rejects.toBe(reason);
  for (const server of servers) server.closeAllConnections();
});
