import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";

const ROLES = ["root", "targets", "snapshot", "timestamp"] as const;
type Role = (typeof ROLES)[number];
type Signer = { key: Key; secret: KeyObject };

const SPEC = "1.0.31";
const YEAR = 365 * 86_400_000;

/**
 * Publishes files in a TUF repository, the way verifiers get their trust root in production. Keys are kept and versions
 * go up: a client that knows an older state refuses one that starts again from 1.
 * @param folder of the repository; its root.json is what a client trusts first
 * @param keys folder of the roles' private keys
 */
export function publish(folder: string, keys: string, files: Record<string, Buffer>): void {
  mkdirSync(join(folder, "targets"), { recursive: true });
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const signers = Object.fromEntries(ROLES.map((role) => [role, signerOf(join(keys, `${role}.pem`))])) as Record<
    Role,
    Signer
  >;
  const write = (role: Role, name: string, signed: Root | Targets | Snapshot | Timestamp): Buffer => {
    const metadata = new Metadata(signed);
    const { key, secret } = signers[role];
    metadata.sign((data) => new Signature({ keyID: key.keyID, sig: sign(null, data, secret).toString("hex") }));
    const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
    writeFileSync(join(folder, name), bytes);
    return bytes;
  };
  const expires = new Date(Date.now() + YEAR).toISOString().replace(/\.\d+Z$/, "Z");
  if (!existsSync(join(folder, "root.json"))) {
    const root = new Root({ version: 1, specVersion: SPEC, expires, consistentSnapshot: true });
    for (const role of ROLES) root.addKey(signers[role].key, role);
    writeFileSync(join(folder, "root.json"), write("root", "1.root.json", root));
  }
  const version = versionOf(join(folder, "timestamp.json")) + 1;
  const targets = new Targets({ version, specVersion: SPEC, expires });
  for (const [path, bytes] of Object.entries(files)) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(folder, "targets", `${sha256}.${path}`), bytes);
    targets.addTarget(new TargetFile({ path, length: bytes.length, hashes: { sha256 } }));
  }
  const meta = { "targets.json": metaOf(version, write("targets", `${version}.targets.json`, targets)) };
  const snapshot = write(
    "snapshot",
    `${version}.snapshot.json`,
    new Snapshot({ version, specVersion: SPEC, expires, meta }),
  );
  const timestamp = new Timestamp({ version, specVersion: SPEC, expires, snapshotMeta: metaOf(version, snapshot) });
  write("timestamp", "timestamp.json", timestamp);
}

function metaOf(version: number, bytes: Buffer): MetaFile {
  return new MetaFile({
    version,
    length: bytes.length,
    hashes: { sha256: createHash("sha256").update(bytes).digest("hex") },
  });
}

function versionOf(file: string): number {
  if (!existsSync(file)) return 0;
  return (JSON.parse(readFileSync(file, "utf8")) as { signed: { version: number } }).signed.version;
}

function signerOf(file: string): Signer {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  const secret = createPrivateKey(readFileSync(file));
  const { x = "" } = createPublicKey(secret).export({ format: "jwk" });
  const keyval = { public: Buffer.from(x, "base64url").toString("hex") };
  // The ID is the hash of the key's canonical JSON: these members, in this order.
  const canonical = JSON.stringify({ keytype: "ed25519", keyval, scheme: "ed25519" });
  const keyID = createHash("sha256").update(canonical).digest("hex");
  return { secret, key: new Key({ keyID, keyType: "ed25519", scheme: "ed25519", keyVal: keyval }) };
}
