import { expect, test } from "vitest";
import { configuredSuites, debianSources, optionsOf, sourcesList, suitesOf } from "./archive.ts";

const URIS = `'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0 
'http://mirror.example/debian/dists/bookworm-updates/InRelease' x 0 
'http://mirror.example/debian/dists/bookworm-backports/InRelease' x 0 
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' x 0 
'https://other.example/apt/dists/stable/InRelease' x 0 
'http://mirror.example/debian/dists/trixie/InRelease' x 0 
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0 
`;
const CONFIGURED = configuredSuites(URIS);

test("what apt would fetch says which suites are configured, each once", () => {
  expect(CONFIGURED.map(({ suite }) => suite)).toEqual([
    "bookworm",
    "bookworm-updates",
    "bookworm-backports",
    "bookworm-security",
    "stable",
    "trixie",
  ]);
  expect(CONFIGURED[3]?.uri).toBe("http://mirror.example/debian-security");
  expect(configuredSuites("")).toEqual([]);
});

test("the machine's own archive with the release exchanged: no backports, no third party", () => {
  const suites = suitesOf(CONFIGURED, "bookworm", "trixie");
  expect(sourcesList(suites)).toBe(
    "deb http://mirror.example/debian trixie main\ndeb http://mirror.example/debian trixie-updates main\ndeb http://mirror.example/debian-security trixie-security main\n",
  );
  expect(debianSources(suites).split("\n\n")).toHaveLength(3);
  expect(debianSources(suites)).toContain(
    "Suites: trixie-security\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.pgp\n",
  );
});

test("a Debian 13 keeps its own suites", () => {
  expect(suitesOf(CONFIGURED, "trixie", "trixie")).toEqual([{ uri: "http://mirror.example/debian", suite: "trixie" }]);
});

test("without a Debian source there is one sentence, not an empty archive", () => {
  const other = CONFIGURED.filter(({ suite }) => suite === "stable");
  expect(() => suitesOf(other, "bookworm", "trixie")).toThrow(/expected a Debian source for bookworm/);
});

test("only the two options that a frozen mirror needs go into an image", () => {
  const dump =
    'APT "";\nAcquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\nAcquire::http::Proxy "http://user:secret@proxy";\n';
  expect(optionsOf(dump)).toEqual(['Acquire::Check-Valid-Until "false";', 'Acquire::Check-Date "false";']);
  expect(optionsOf('APT "";\n')).toEqual([]);
});
