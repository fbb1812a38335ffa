import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { filesIn } from "../files-in.ts";

/** No statement is bigger; what is are layers and archives. In bytes. */
const STATEMENT = 20_000_000;

/** Base64 of what begins at each of the three places within its groups; without the characters that neighbours decide. */
function encoded(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.from(`${"x".repeat(offset)}${secret}`)
      .toString("base64")
      .replace(/=+$/, "");
    const sure = text.slice([0, 2, 3][offset]).slice(0, -1);
    return [sure, sure.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** How a secret can stand in a file: as it is, percent-encoded, as hex, in base64. */
export const formsOf = (secret: string): string[] => [
  ...new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString("hex"), ...encoded(secret)]),
];

/**
 * Files in which a secret stands in any form, compressed ones unpacked. An encoding of an encoding is looked for too: a
 * statement is base64 within a bundle, and what it says may be base64 again.
 * @param secrets by what they are called in the answer
 * @returns `secret in path`, and how many files were read: none would find nothing
 */
export function tracesOf(secrets: Record<string, string>, ...folders: string[]): { found: string[]; files: number } {
  const forms = Object.entries(secrets).map(([name, secret]) => {
    const once = formsOf(secret);
    return { name, once: buffers(once), twice: buffers(once.flatMap(encoded)) };
  });
  const files = folders.flatMap((folder) => filesIn(folder).map((file) => ({ folder, file })));
  const found = files.flatMap(({ folder, file }) => {
    const bytes = unpacked(readFileSync(file));
    const isIn = (form: Buffer) => bytes.includes(form);
    const here = forms.filter(({ once, twice }) => once.some(isIn) || (bytes.length < STATEMENT && twice.some(isIn)));
    return here.map(({ name }) => `${name} in ${relative(folder, file)}`);
  });
  return { found, files: files.length };
}

const buffers = (texts: string[]) => texts.map((text) => Buffer.from(text));
const unpacked = (bytes: Buffer) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
