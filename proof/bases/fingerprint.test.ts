import { describe, expect, test } from "vitest";
import { type Fingerprint, problemsOf, RECIPES, readCatalog, standInFingerprint } from "./catalog.ts";
import { compareFingerprint } from "./fingerprint.ts";

const catalog = readCatalog();
const expected = (recipe: string) => {
  const base = catalog.find((candidate) => candidate.recipe === recipe);
  if (base === undefined) throw new Error(`no ${recipe}`);
  return base.fingerprint;
};
/** What a perfect stand-in measures: the expectation, with something in place of what nobody published. */
const perfect = (recipe: string): Fingerprint => {
  const fingerprint = expected(recipe);
  return { ...fingerprint, nodeVersion: "24.21.0", corepackVersion: fingerprint.corepackVersion ?? "0.36.0" };
};
const fields = (recipe: string, change: Partial<Fingerprint>) =>
  compareFingerprint(expected(recipe), { ...perfect(recipe), ...change }).differences.map(({ field }) => field);

const easier: [string, string, Partial<Fingerprint>][] = [
  ["node on PATH", "distroless", { nodePaths: ["/nodejs/bin/node", "/usr/local/bin/node -> /nodejs/bin/node"] }],
  [
    "/nodejs/bin in PATH",
    "distroless",
    { env: ["PATH=/nodejs/bin:/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"] },
  ],
  ["a shell", "distroless", { shells: ["/busybox/sh"] }],
  ["npm", "distroless", { npmVersion: "11.19.0" }],
  ["a command", "distroless", { cmd: ["server.js"] }],
  ["a writable home", "distroless", { homes: { "/home/nonroot": "65532:65532 0777", "/root": "0:0 0700" } }],
  ["no SSL_CERT_FILE", "distroless", { env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] }],
  ["a user by name", "distroless", { user: "nonroot" }],
  ["another working folder", "distroless", { workingDir: "/app" }],
  ["no docker-entrypoint.sh", "slim", { dockerEntrypoint: "absent", entrypoint: [] }],
  ["a CA bundle", "slim", { caFiles: ["/etc/ssl/certs/ca-certificates.crt"] }],
  ["CA links", "slim", { etcSslLinks: "many" }],
  ["curl", "slim", { tools: ["apt-get", "corepack", "curl", "dpkg", "npm", "npx", "perl", "tar", "yarn"] }],
  ["dumb-init", "full", { tools: [...(expected("full").tools ?? []), "dumb-init"] }],
  ["a stripped node", "slim", { nodeSymbols: false }],
  ["fewer headers", "full", { opensslHeaders: "own" }],
  ["another Node", "slim", { nodeVersion: "24.20.0" }],
  ["another npm", "slim", { npmVersion: "12.0.0" }],
  ["no Yarn", "slim", { yarnVersion: "" }],
  [
    "another release",
    "slim",
    { release: { id: "debian", versionId: "12", prettyName: "Debian GNU/Linux 12 (bookworm)" } },
  ],
  ["the user missing", "slim", { users: { root: { uid: 0, gid: 0, home: "/root", shell: "/bin/bash" } } }],
  ["/tmp without the sticky bit", "slim", { tmpMode: "0777" }],
  ["10.1 % smaller", "full", { sizeBytes: 1_230_000_000 * 0.899 }],
  ["10.1 % bigger", "slim", { sizeBytes: 234_170_000 * 1.101 }],
  ["another start command", "slim", { cmd: ["node", "app.js"] }],
];

describe("a stand-in is held to its fingerprint", () => {
  test.each(easier)("with %s (%s) it is rejected, and for that alone", (_, recipe, change) => {
    expect(new Set(fields(recipe, change))).toEqual(new Set(Object.keys(change)));
  });

  test.each(["full", "slim", "distroless"])("an equal one passes: %s", (recipe) => {
    expect(compareFingerprint(expected(recipe), perfect(recipe)).differences).toEqual([]);
  });

  test("10 % either way is tolerated", () => {
    for (const factor of [0.9, 1.1]) expect(fields("full", { sizeBytes: 1_230_000_000 * factor })).toEqual([]);
  });

  test("every field is looked at: taking any of them away is noticed", () => {
    for (const { fingerprint, recipe } of catalog) {
      for (const field of Object.keys(fingerprint) as (keyof Fingerprint)[]) {
        if (fingerprint[field] === null) continue;
        expect(fields(recipe, { [field]: undefined }), `${recipe} ${field}`).toEqual([field]);
      }
    }
  });

  test("what nobody published is named, never counted as equal", () => {
    expect(compareFingerprint(expected("distroless"), perfect("distroless")).unmeasured).toEqual(["nodeVersion"]);
    expect(compareFingerprint(expected("slim"), perfect("slim")).unmeasured).toEqual(["corepackVersion"]);
  });
});

describe("the catalog", () => {
  const [base] = catalog;
  if (base === undefined) throw new Error("empty catalog");

  test("is consistent", () => {
    expect(catalog.flatMap(problemsOf)).toEqual([]);
    expect(new Set(catalog.map(({ recipe }) => recipe))).toEqual(new Set(RECIPES));
  });

  test("a null without its reason, and a reason without a null, are problems", () => {
    expect(problemsOf({ ...base, unmeasured: {} })).toEqual(["corepackVersion: null and its reason go together"]);
    expect(problemsOf({ ...base, unmeasured: { ...base.unmeasured, cmd: "why" } })).toEqual([
      "cmd: null and its reason go together",
    ]);
  });

  test("a figure without a source is a problem", () => {
    const sources = base.sources.filter(({ fields: named }) => !named.includes("npmVersion"));
    expect(problemsOf({ ...base, sources })).toEqual(["npmVersion: no source"]);
  });

  test("a field said not to match is what the stand-in has instead, and a match or an unknown field is a problem", () => {
    const alpine = catalog.find(({ recipe }) => recipe === "alpine");
    if (alpine === undefined) throw new Error("no alpine");
    expect(standInFingerprint(alpine)).toMatchObject({ nodeVersion: "24.19.0", cmd: alpine.fingerprint.cmd });
    const claim = (what: string, standIn: unknown) =>
      problemsOf({ ...alpine, cannotMatch: [{ what, standIn, reason: "why" }] });
    expect(claim("nodeVersion", "24.19.0")).toEqual([]);
    for (const [what, standIn] of [
      ["nodeVersion", "24.21.0"],
      ["colour", "blue"],
    ] as const) {
      expect(claim(what, standIn)).toEqual([`${what}: said not to match, but it does, or it is no field`]);
    }
  });

  test("a digest that is not the reference's is a problem", () => {
    expect(problemsOf({ ...base, digest: `sha256:${"0".repeat(64)}` })).toEqual(["digest and ref disagree"]);
  });
});
