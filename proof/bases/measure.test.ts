import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hasSymbolTable } from "./elf.ts";
import { parseListing } from "./listing.ts";
import { type Config, type Contents, fingerprintOf } from "./measure.ts";

const CONFIG: Config = {
  Env: ["PATH=/bin"],
  Entrypoint: ["/nodejs/bin/node"],
  Cmd: null,
  WorkingDir: "",
  User: "65532",
};
const CONTENTS: Contents = {
  osRelease: 'PRETTY_NAME="Distroless"\nID="debian"\nVERSION_ID="13"\n',
  passwd:
    "root:x:0:0:root:/root:/sbin/nologin\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
  npm: "",
  yarn: "",
  corepack: "",
  nodeSymbols: true,
  nodeVersion: "24.21.0",
};
const LISTING = `drwxr-xr-x 0/0               0 2026-09-18 00:00 nodejs/bin/
-rwxr-xr-x 0/0             100 2026-09-18 00:00 nodejs/bin/node
drwxrwxrwt 0/0               0 2026-09-18 00:00 tmp/
drwx------ 65532/65532       0 2026-09-18 00:00 home/nonroot/
-rw-r--r-- 0/0              20 2026-09-18 00:00 etc/ssl/certs/ca-certificates.crt
-rw-r--r-- 0/0               3 2026-09-18 00:00 usr/share/doc/sh notes/sh
hrwxr-xr-x 0/0               0 2026-09-18 00:00 usr/bin/perl link to usr/bin/perl5
crw-rw-rw- 0/0             1,3 2026-09-18 00:00 dev/null
`;
const measured = (more = "") => fingerprintOf(CONFIG, parseListing(LISTING + more), CONTENTS);

test("a listing is read: modes with special bits, owners, links, hard links without bytes, names with spaces", () => {
  const entries = parseListing(
    `${LISTING}lrwxrwxrwx 0/0 0 2026-09-18 00:00 bin -> usr/bin\n-rwsr-xr-x 0/0 9 2026-09-18 00:00 usr/bin/su\n`,
  );
  expect(entries.map(({ kind, path, mode, owner, bytes, target }) => [kind, path, mode, owner, bytes, target])).toEqual(
    [
      ["directory", "/nodejs/bin", "0755", "0:0", 0, ""],
      ["file", "/nodejs/bin/node", "0755", "0:0", 100, ""],
      ["directory", "/tmp", "1777", "0:0", 0, ""],
      ["directory", "/home/nonroot", "0700", "65532:65532", 0, ""],
      ["file", "/etc/ssl/certs/ca-certificates.crt", "0644", "0:0", 20, ""],
      ["file", "/usr/share/doc/sh notes/sh", "0644", "0:0", 3, ""],
      ["other", "/usr/bin/perl", "0755", "0:0", 0, ""],
      ["other", "/dev/null", "0666", "0:0", 0, ""],
      ["link", "/bin", "0777", "0:0", 0, "usr/bin"],
      ["file", "/usr/bin/su", "4755", "0:0", 9, ""],
    ],
  );
});

test("a shell-less image measures as one; a file that is only called sh is no shell", () => {
  expect(measured()).toMatchObject({
    cmd: [],
    workingDir: "/",
    nodePaths: ["/nodejs/bin/node"],
    shells: [],
    tools: [],
    dockerEntrypoint: "absent",
    caFiles: ["/etc/ssl/certs/ca-certificates.crt"],
    etcSslLinks: "none",
    tmpMode: "1777",
    homes: { "/home/nonroot": "65532:65532 0700" },
    opensslHeaders: "none",
    release: { id: "debian", versionId: "13", prettyName: "Distroless" },
    sizeBytes: 123,
    npmVersion: "",
  });
  expect(Object.keys(measured().users ?? {})).toEqual(["root", "nonroot"]);
});

test.each([
  ["-rwxr-xr-x 0/0 5 2026-09-18 00:00 busybox/sh", { shells: ["/busybox/sh"] }],
  ["lrwxrwxrwx 0/0 0 2026-09-18 00:00 usr/bin/sh -> dash", { shells: ["/usr/bin/sh"] }],
  [
    "lrwxrwxrwx 0/0 0 2026-09-18 00:00 usr/local/bin/node -> /nodejs/bin/node",
    { nodePaths: ["/nodejs/bin/node", "/usr/local/bin/node -> /nodejs/bin/node"] },
  ],
  ["-rwxr-xr-x 0/0 5 2026-09-18 00:00 usr/bin/curl", { tools: ["curl"] }],
  [
    "-rwxr-xr-x 0/0 5 2026-09-18 00:00 usr/local/bin/docker-entrypoint.sh",
    { dockerEntrypoint: { path: "/usr/local/bin/docker-entrypoint.sh", mode: "0755" } },
  ],
  ["lrwxrwxrwx 0/0 0 2026-09-18 00:00 etc/ssl/certs/x.pem -> y.crt", { etcSslLinks: "many" }],
])("one entry more is seen: %s", (line, change) => {
  expect(measured(`${line}\n`)).toMatchObject(change);
  expect(measured()).not.toMatchObject(change);
});

test("this Node's binary has its symbols; without its section table it counts as stripped, and a script is no ELF file", () => {
  const node = readFileSync(process.execPath);
  const stripped = Buffer.from(node.subarray(0, 64));
  stripped.writeUInt16LE(0, 60);
  expect(hasSymbolTable(node)).toBe(true);
  expect(hasSymbolTable(stripped)).toBe(false);
  expect(hasSymbolTable(Buffer.from("#!/bin/sh\n".padEnd(80)))).toBe(false);
});
