// The key pair of the local apk repository: key.ts <tree>. The private half is deleted in the same build step.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";

const [tree] = process.argv.slice(2);
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
writeFileSync(`${tree}/key/stand-in.rsa`, privateKey.export({ type: "pkcs8", format: "pem" }));
writeFileSync(`${tree}/etc/apk/keys/stand-in.rsa.pub`, publicKey.export({ type: "spki", format: "pem" }));
