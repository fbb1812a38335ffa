import { execFileSync } from "node:child_process";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineArchive } from "./archive.ts";
import { type Base, readCatalog, standInFingerprint } from "./catalog.ts";
import { compareFingerprint } from "./fingerprint.ts";
import { localImages } from "./local.ts";
import { measure } from "./measure.ts";
import { tagOf } from "./recipe.ts";

const started = new Run("fingerprint");
afterAll(() => started.close());
const label = `hardened-node-api.run=${started.folder}`;
const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const tags = new Map<string, string>();

describe.each(readCatalog())("$recipe, the stand-in of $ref", (base: Base) => {
  beforeAll(async () => {
    tags.set(base.recipe, tagOf(base.recipe, await machineArchive("trixie")));
    await localImages([base.recipe], started, () => undefined);
  });

  test("is what the real one is, but for what it is known not to match", async () => {
    const { differences } = compareFingerprint(
      standInFingerprint(base),
      await measure(tags.get(base.recipe) ?? "", label),
    );
    expect(differences).toEqual([]);
  });
});

describe("a stand-in that was made easier is rejected", () => {
  const changed = (recipe: string, line: string) => {
    const tag = `hardened-node-api-base/changed:${process.pid}`;
    execFileSync("docker", ["build", "--quiet", "--tag", tag, "-"], {
      input: `FROM ${tags.get(recipe)}\n${line}\n`,
      stdio: ["pipe", "pipe", "pipe"],
    });
    return tag;
  };
  test.each([
    [
      "slim",
      "RUN rm /usr/local/bin/docker-entrypoint.sh && mkdir -p /etc/ssl/certs && touch /etc/ssl/certs/ca-certificates.crt",
      ["dockerEntrypoint", "caFiles"],
    ],
    ["distroless", "COPY --from=SLIM /usr/bin/dash /usr/bin/sh\nENV PATH=/nodejs/bin:/usr/bin", ["env", "shells"]],
  ])("%s: %s", async (recipe, line, fields) => {
    const tag = changed(recipe, line.replace("SLIM", tags.get("slim") ?? ""));
    try {
      const expected = readCatalog().find((base) => base.recipe === recipe)?.fingerprint;
      if (expected === undefined) throw new Error(`no ${recipe}`);
      const { differences } = compareFingerprint(expected, await measure(tag, label));
      expect(differences.map(({ field }) => field)).toEqual(fields);
    } finally {
      docker("rmi", "--force", tag);
    }
  });
});

describe("the start-up script of the node images", () => {
  const run = (...args: string[]) =>
    docker("run", "--rm", "--network=none", "--label", label, tags.get("slim") ?? "", ...args).trim();

  test("an option, a plain file and an unknown word go to node; a command runs itself", () => {
    expect(run("--version")).toBe("v24.21.0");
    expect(run("/usr/local/lib/node_modules/npm/lib/cli.js")).toBe("");
    expect(() => run("not-a-command")).toThrow(/Cannot find module '\/not-a-command'/);
    expect(run("cat", "/etc/debian_version")).toMatch(/^13/);
  });
});
