import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createTestAuthority } from "./test-authority.ts";

test("the server's certificate is signed by its own authority and no other, for one host", async () => {
  const [one, other] = await Promise.all([createTestAuthority("a.test"), createTestAuthority("a.test")]);
  const server = new X509Certificate(one.cert);
  expect(server.verify(new X509Certificate(one.ca).publicKey)).toBe(true);
  expect(server.verify(new X509Certificate(other.ca).publicKey)).toBe(false);
  expect([server.checkHost("a.test"), server.checkHost("b.test")]).toEqual(["a.test", undefined]);
  expect([server.ca, new X509Certificate(one.ca).ca]).toEqual([false, true]);
});
