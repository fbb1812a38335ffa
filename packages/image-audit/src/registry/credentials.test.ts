import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { credentialsOf } from "./credentials.ts";

const folder = mkdtempSync(join(tmpdir(), "credentials-"));
const auths = { "ghcr.io": { auth: "one" }, "https://index.docker.io/v1/": { auth: "hub" }, "empty.io": {} };
writeFileSync(join(folder, "config.json"), JSON.stringify({ auths, credHelpers: { "helped.io": "not-installed" } }));

afterAll(() => rmSync(folder, { recursive: true }));

test("each host gets its own entry and no other's", () => {
  expect(credentialsOf("ghcr.io", folder)).toBe("one");
  expect(credentialsOf("docker.io", folder)).toBe("hub");
  for (const host of ["evil-ghcr.io", "ghcr.io.evil", "hcr.io", "empty.io"])
    expect(credentialsOf(host, folder)).toBeUndefined();
});

test("no configuration and no such helper are no credentials", () => {
  expect(credentialsOf("ghcr.io", join(folder, "none"))).toBeUndefined();
  expect(credentialsOf("helped.io", folder)).toBeUndefined();
});
