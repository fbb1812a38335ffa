import "reflect-metadata"; // @peculiar/x509 needs it before its own import
import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 86_400_000;

/** The servers read encrypted keys only; what protects these is the folder's mode, and that nobody else trusts them. */
export const PASSWORD = "local";

/** Names of the files, inside the folder of one local Sigstore. */
export const FILES = {
  authority: "certificate-authority.pem",
  authorityKey: "certificate-authority.key",
  timestampChain: "timestamp-authority.pem",
  timestampKey: "timestamp-authority.key",
  logKey: "transparency-log.key",
  logPublic: "transparency-log.pub",
  certificateLogKey: "certificate-log.key",
  certificateLogPublic: "certificate-log.pub",
} as const;

/**
 * Makes the keys and certificates of a local Sigstore, once: whatever was signed stays verifiable when it is started
 * again from the same folder. Valid for a year.
 */
export async function makeKeys(folder: string): Promise<void> {
  if (existsSync(join(folder, FILES.certificateLogPublic))) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: keyof typeof FILES, text: string) =>
    writeFileSync(join(folder, FILES[name]), text, { mode: 0o600 });

  const authority = await newKey();
  const ca = await selfSigned("local certificate authority", authority, x509.ExtendedKeyUsage.codeSigning);
  write("authority", ca.toString("pem"));
  write("authorityKey", encrypted(await privateOf(authority)));

  const root = await newKey();
  const timestamps = await newKey();
  const rootCertificate = await selfSigned("local timestamp root", root, x509.ExtendedKeyUsage.timeStamping);
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: "CN=local timestamp authority",
    issuer: rootCertificate.subject,
    publicKey: timestamps.publicKey,
    signingKey: root.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.timeStamping], true),
      await x509.SubjectKeyIdentifierExtension.create(timestamps.publicKey),
    ],
  });
  write("timestampChain", `${leaf.toString("pem")}\n${rootCertificate.toString("pem")}\n`);
  write("timestampKey", encrypted(await privateOf(timestamps)));

  for (const [secret, shared] of [
    ["logKey", "logPublic"],
    ["certificateLogKey", "certificateLogPublic"],
  ] as const) {
    const key = await privateOf(await newKey());
    write(secret, key.export({ type: "pkcs8", format: "pem" }) as string);
    write(shared, createPublicKey(key).export({ type: "spki", format: "pem" }) as string);
  }
}

const validity = () => ({ notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 365 * DAY) });

function newKey(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<webcrypto.CryptoKeyPair>;
}

async function selfSigned(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  usage: x509.ExtendedKeyUsage,
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: `CN=${name}, O=hardened-node-api`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

async function privateOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<KeyObject> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function encrypted(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: PASSWORD }) as string;
}
