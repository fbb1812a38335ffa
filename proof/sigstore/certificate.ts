import "reflect-metadata"; // @peculiar/x509 needs it before its own import
import { createHash, createPrivateKey, createPublicKey, sign as signBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { cosign } from "./cosign.ts";
import { FILES, PASSWORD } from "./keys.ts";
import type { Sigstore } from "./stack.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const MINUTE = 60_000;

/** What differs from the certificates of Fulcio. */
export type Unusual = {
  /** Without a signed certificate timestamp: the certificate log never saw it. */
  unlogged?: true;
  /** Minutes from now to the end of the ten that it is valid. */
  endsIn?: number;
};

/**
 * Signs an image with a certificate by the stack's own authority that Fulcio would never issue, for the identity that
 * is trusted; signature, log entry and timestamp are made as always.
 * @param name of the key; one for each certificate
 */
export async function signWithCertificate(
  stack: Sigstore,
  image: string,
  name: string,
  unusual: Unusual = {},
): Promise<void> {
  const at = (end: string) => join(stack.folder, `${name}.${end}`);
  const env: Record<string, string> = { ...stack.env, COSIGN_PASSWORD: PASSWORD };
  const must = (args: string[]) => {
    const { status, output } = cosign(args, env);
    if (status !== 0) throw new Error(`expected cosign to ${args[0]} with a certificate of its own, got:\n${output}`);
  };
  must(["generate-key-pair", `--output-key-prefix=${at("leaf")}`]);
  writeFileSync(at("pem"), await certificate(stack, readFileSync(`${at("leaf")}.pub`, "utf8"), unusual));
  // With a trust root cosign would not sign what it would not accept: this signer has none, and no mirror to ask.
  Object.assign(env, { TUF_ROOT: at("client"), TUF_MIRROR: "http://127.0.0.1:1" });
  const own = [`--key=${at("leaf")}.key`, `--certificate=${at("pem")}`, `--signing-config=${stack.signingConfig}`];
  must(["sign", "--yes", ...own, image]);
}

async function certificate(stack: Sigstore, publicKey: string, { unlogged, endsIn = 9 }: Unusual): Promise<string> {
  const pem = (name: keyof typeof FILES) => readFileSync(join(stack.folder, FILES[name]), "utf8");
  const issuer = new x509.X509Certificate(pem("authority"));
  const authority = createPrivateKey({ key: pem("authorityKey"), passphrase: PASSWORD });
  const notAfter = new Date(Date.now() + endsIn * MINUTE);
  const extensions = [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning]),
    new x509.SubjectAlternativeNameExtension([{ type: "url", value: stack.identity }], true),
    new x509.Extension("1.3.6.1.4.1.57264.1.8", false, derOf(0x0c, Buffer.from(stack.issuer))),
  ];
  const common = {
    serialNumber: "01",
    issuer: issuer.subject,
    notBefore: new Date(notAfter.getTime() - 10 * MINUTE),
    notAfter,
    publicKey: new x509.PublicKey(publicKey),
    signingKey: authority.toCryptoKey(algorithm, false, ["sign"]),
    signingAlgorithm: algorithm,
  };
  const bare = await x509.X509CertificateGenerator.create({ ...common, extensions });
  if (unlogged) return bare.toString("pem");
  const timestamp = certificateTimestamp(signedPart(Buffer.from(bare.rawData)), Buffer.from(issuer.publicKey.rawData), {
    key: pem("certificateLogKey"),
    shared: pem("certificateLogPublic"),
  });
  const logged = new x509.Extension("1.3.6.1.4.1.11129.2.4.2", false, derOf(0x04, timestamp));
  return (await x509.X509CertificateGenerator.create({ ...common, extensions: [...extensions, logged] })).toString(
    "pem",
  );
}

/** A list of one timestamp of the certificate log over a precertificate: https://www.rfc-editor.org/rfc/rfc6962#section-3.2 */
function certificateTimestamp(tbs: Buffer, issuer: Buffer, log: { key: string; shared: string }): Buffer {
  const at = numberOf(Date.now(), 8);
  const none = numberOf(0, 2);
  const precertificate = [numberOf(1, 2), sha256(issuer), numberOf(tbs.length, 3), tbs];
  const signature = signBytes("sha256", Buffer.concat([none, at, ...precertificate, none]), log.key);
  const id = sha256(createPublicKey(log.shared).export({ type: "spki", format: "der" }));
  const ecdsa = Buffer.from([4, 3]); // with SHA-256
  const one = Buffer.concat([numberOf(0, 1), id, at, none, ecdsa, numberOf(signature.length, 2), signature]);
  return Buffer.concat([numberOf(one.length + 2, 2), numberOf(one.length, 2), one]);
}

/** What the issuer signs: the first element inside a certificate, whose length and own length are two bytes each. */
const signedPart = (der: Buffer) => der.subarray(4, 8 + der.readUInt16BE(6));

/** DER of less than 128 bytes. */
const derOf = (tag: number, bytes: Buffer) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
const numberOf = (value: number, bytes: number) => Buffer.from(value.toString(16).padStart(2 * bytes, "0"), "hex");
