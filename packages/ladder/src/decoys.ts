import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Marks a decoy wherever it turns up. It opens nothing. */
export const CANARY = "HNA_DECOY_";

/**
 * Plants decoy secrets: a .env and a private key, made on the spot and valid nowhere. Existing ones stay, so that a
 * build that changed nothing stays cached.
 * @param folder created when missing
 */
export function plantDecoys(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { privateKey } = generateKeyPairSync("ed25519");
  const decoys = {
    ".env": `DATABASE_PASSWORD=${CANARY}${randomBytes(16).toString("hex")}\n`,
    "deploy.key": privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  for (const [name, content] of Object.entries(decoys)) {
    const file = join(folder, name);
    if (!existsSync(file)) writeFileSync(file, content, { mode: 0o600 });
  }
}
