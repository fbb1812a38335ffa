import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { coreUpgrade, packagesFor, sourceFiles, suiteFiles, writeFiles } from "./install.ts";

const folder = mkdtempSync(join(tmpdir(), "install-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MIRROR = "http://mirror.example/debian";
const BOOKWORM = [
  { uri: "https://other.example/apt", suite: "stable" },
  { uri: MIRROR, suite: "bookworm" },
  { uri: MIRROR, suite: "bookworm-updates" },
  { uri: "http://mirror.example/debian-security", suite: "bookworm-security" },
];
const TRIXIE = { uri: MIRROR, suite: "trixie" };
const OWN = "/etc/apt/sources.list.d/hardened-node-api.sources";
const DEB822 = `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
const OTHER = "deb [signed-by=/etc/keys/other.asc] https://other.example/apt stable main\n";
const sources = (text = DEB822, configured = BOOKWORM, more: Record<string, string> = {}) =>
  sourceFiles("engine", "bookworm", configured, {
    "/etc/apt/sources.list.d/a.list": OTHER,
    "/etc/apt/sources.list": text,
    ...more,
  });

test("on Debian 12 the suite is named per package, never as a target release; newer Debians have it all", () => {
  expect(packagesFor("engine", "bookworm")).toEqual([
    "docker.io/trixie",
    "docker-cli/trixie",
    "docker-buildx/trixie",
    "docker-compose/trixie",
    "containerd/trixie",
    "iptables",
    "ca-certificates",
    "mmdebstrap",
  ]);
  expect(packagesFor("engine", "trixie").join(" ")).not.toContain("/");
  expect(packagesFor("buildx", "bookworm")).toEqual(["docker-buildx/trixie"]);
  expect(packagesFor("mmdebstrap", "bookworm")).toEqual(["mmdebstrap"]);
});

test("the next release comes from the machine's own mirror with its keyring, pinned so that it replaces nothing", () => {
  const files = sources();
  expect(Object.keys(files)).toEqual([
    "/etc/apt/sources.list.d/hardened-node-api.sources",
    "/etc/apt/preferences.d/hardened-node-api.pref",
  ]);
  const [source, pin] = Object.values(files);
  expect(source).toMatch(
    /^Types: deb\nURIs: http:\/\/mirror\.example\/debian\nSuites: trixie\nComponents: main\nSigned-By: \/usr\/share\/keyrings\/debian-archive-keyring\.gpg$/m,
  );
  expect(pin).toMatch(/^Package: \*\nPin: release n=trixie\nPin-Priority: 100$/m);
});

test("one-line sources work too, with and without a keyring of their own", () => {
  const [signed] = Object.values(sources(`deb [arch=amd64 signed-by=/etc/keys/debian.asc] ${MIRROR} bookworm main\n`));
  expect(signed).toContain("Signed-By: /etc/keys/debian.asc\n");
  const [unsigned] = Object.values(sources(`deb ${MIRROR} bookworm main\n`));
  expect(unsigned).not.toContain("Signed-By");
});

test("a machine that offers the release already keeps its files; our own file does not count as that", () => {
  expect(sources(DEB822, [...BOOKWORM, TRIXIE])).toEqual({});
  const first = sources();
  expect(sources(DEB822, [...BOOKWORM, TRIXIE], first)).toEqual(first);
  expect(Object.keys(first)).toContain(OWN);
});

test("Debian 13 needs no other release, and neither does mmdebstrap", () => {
  expect(sourceFiles("engine", "trixie", [TRIXIE], {})).toEqual({});
  expect(sourceFiles("mmdebstrap", "bookworm", BOOKWORM, {})).toEqual({});
});

test("files are written once and whole", () => {
  const file = join(folder, "sub/a.sources");
  expect(writeFiles({ [file]: "text" })).toEqual([file]);
  expect(writeFiles({ [file]: "text" })).toEqual([]);
  expect(writeFiles({ [file]: "other" })).toEqual([file]);
  expect(readFileSync(file, "utf8")).toBe("other");
  expect(readdirSync(join(folder, "sub"))).toEqual(["a.sources"]);
});

test("the development suite has a file of its own and comes after everything else", () => {
  const files = suiteFiles("sid", "bookworm", BOOKWORM, { "/etc/apt/sources.list": DEB822 });
  const [source, pin] = Object.values(files);
  expect(source).toMatch(/^Suites: sid$/m);
  expect(pin).toMatch(/^Pin: release n=sid\nPin-Priority: 50$/m);
  expect(Object.keys(files).filter((file) => file === OWN)).toEqual([]);
});

test("an installation that would replace the C library is noticed before it happens", () => {
  expect(coreUpgrade("Inst cosign (3.1.1-2 Debian:sid [amd64])\nConf cosign (3.1.1-2)\n")).toBeUndefined();
  expect(coreUpgrade("Inst libc6 [2.36-9] (2.42-1 Debian:sid [amd64])\nInst x (1)\n")).toBe("libc6");
  expect(coreUpgrade("Inst libc6-dev (2.36-9 Debian:bookworm [amd64])\n")).toBeUndefined();
});
