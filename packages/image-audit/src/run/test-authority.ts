import "reflect-metadata"; // @peculiar/x509 needs it before its own import
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 86_400_000;

/** Certificates of a private authority, as PEM: what a company's own network signs its servers with. */
export type TestAuthority = { ca: string; cert: string; key: string };

/**
 * Makes a certificate authority that nobody trusts, and one server certificate signed by it.
 * The authority's own key is forgotten at once; the certificates are valid from yesterday to tomorrow.
 */
export async function createTestAuthority(serverName: string): Promise<TestAuthority> {
  const [notBefore, notAfter] = [new Date(Date.now() - day), new Date(Date.now() + day)];
  const authority = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const server = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=image-audit test authority ${crypto.randomUUID()}`, // two authorities of one run must differ by name
    keys: authority,
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const cert = await x509.X509CertificateGenerator.create({
    subject: `CN=${serverName}`,
    issuer: ca.subject,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: serverName }]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", server.privateKey), "PRIVATE KEY");
  return { ca: ca.toString("pem"), cert: cert.toString("pem"), key };
}
