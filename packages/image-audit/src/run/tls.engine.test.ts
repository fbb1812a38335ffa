import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { configOf, contextFor, type Fixture, FixtureImages, profile, workload } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runCa001 } from "../checks/run-ca-001.ts";
import { runCa002 } from "../checks/run-ca-002.ts";
import { runCa003 } from "../checks/run-ca-003.ts";
import { runCa004 } from "../checks/run-ca-004.ts";
import type { RungContext } from "./rung.ts";
import { probeTls } from "./tls.ts";

const images = new FixtureImages();
const workDir = await mkdtemp(join(tmpdir(), "image-audit-test-"));
afterAll(async () => {
  await images.remove();
  await rm(workDir, { recursive: true });
});

const probe = async (image: Fixture, changes: Partial<RungContext> = {}) => {
  const tls = await probeTls(contextFor(await images.build(image), { workload: undefined, workDir, ...changes }));
  const [verified, system, openssl, unasked] = [runCa001, runCa002, runCa003, runCa004].map((check) =>
    told(outcomeOf(check, { tls })),
  );
  return { tls, verified, system, openssl, unasked };
};

// The real distroless image sets SSL_CERT_FILE; the node images set nothing, so OpenSSL's own default is read.
const distroless = configOf({ env: { SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt" } });
const bundle = "/etc/ssl/certs/ca-certificates.crt";
const single = "/etc/ssl/certs/image-audit-test.pem";

describe.concurrent("a private authority", () => {
  test.each<[Fixture, Partial<RungContext>, string[]]>([
    ["good", { config: distroless, profile }, [bundle, single]],
    ["slim", { nodePath: "/usr/local/bin/node" }, ["/etc/ssl/cert.pem", bundle, single]],
    ["full", { nodePath: "/usr/local/bin/node" }, ["/etc/ssl/cert.pem", bundle, single]],
  ])("%s: refused unless it is mounted; where the system's store is read", async (image, changes, places) => {
    const { tls, verified, system, openssl, unasked } = await probe(image, changes);
    expect(verified).toMatch(/^pass/);
    expect(openssl).toMatch(/^pass/);
    expect(unasked).toMatch(/^pass: 1\d\d roots of its own; not read: /);
    expect(system).toBe(`pass: ${places.map((path) => `accepted when mounted at ${path}`).join("; ")}`);
    expect(tls.systemPlaces.map(({ path }) => path)).toEqual(places);
  });

  test("with verification switched off in the image everything connects", async () => {
    const { verified, system } = await probe("withoutVerification", { config: distroless });
    expect(verified).toBe("fail: an unknown authority: connected; a certificate of another host: connected");
    expect(system).toMatch(/^unknown/);
  });

  test("an environment that asks for OpenSSL's store changes where it is read", async () => {
    const env = { NODE_OPTIONS: "--use-openssl-ca" };
    const { tls, unasked } = await probe("slim", { nodePath: "/usr/local/bin/node", workload: { ...workload, env } });
    expect(tls.systemPlaces.filter(({ acceptedUnasked }) => acceptedUnasked)).not.toEqual([]);
    expect(unasked).toMatch(/^fail: .* is read without being asked for/);
  });

  test("a Node that may not use OpenSSL's store does not", async () => {
    const env = { NODE_OPTIONS: "--use-bundled-ca" };
    const { openssl } = await probe("slim", { nodePath: "/usr/local/bin/node", workload: { ...workload, env } });
    expect(openssl).toMatch(/^fail: refused with /);
  });

  test("a store that the runtime user cannot read is noticed", async () => {
    const { verified, system } = await probe("unreadableStore", {
      config: distroless,
      nodePath: "/usr/local/bin/node",
    });
    expect(verified).toMatch(/^pass/);
    expect(system).toMatch(/^fail: refused with UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });
});

test("no key is left behind", async () => {
  expect(await readdir(workDir)).toEqual([]);
});
