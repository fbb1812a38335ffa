import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { AuditError } from "../errors.ts";

/**
 * Reads a JSON file and holds it to its schema; an unknown key is an error, because a misspelt one would be ignored.
 * @param kind what it should be ("workload"), for the message
 * @param otherwise what to do when there is none
 * @throws AuditError FILE_INVALID, with the file and the path of each value that is wrong
 */
export async function readJson<T>(file: string, kind: string, schema: z.ZodType<T>, otherwise?: string): Promise<T> {
  const result = schema.safeParse(await content(file, kind, otherwise));
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join(".") || "(the whole)"}: ${message}`);
  throw new AuditError("FILE_INVALID", `expected a ${kind} in ${file}, got ${wrong.join("; ")}`);
}

async function content(file: string, kind: string, otherwise?: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = { ENOENT: "no such file", EISDIR: "a folder" }[code ?? ""] ?? message;
    const said = `expected a ${kind} as JSON in ${file}, got: ${reason}`;
    throw new AuditError("FILE_INVALID", otherwise === undefined ? said : `${said}; ${otherwise}`, { cause });
  }
}
