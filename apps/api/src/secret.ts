import { readFile, stat } from "node:fs/promises";
import { errnoOf, StartError } from "./errors.ts";

/** A secret in the environment, or in a file that may be replaced while the service runs. */
export type SecretSource = { value: string } | { path: string };

const sane = /^[A-Za-z0-9._~+/-]{16,512}=*$/; // what a bearer token may hold, https://www.rfc-editor.org/rfc/rfc6750#section-2.1

/**
 * Reads a secret. A file is read again when its modification time, size or inode changed: Kubernetes rotates a mounted
 * secret by swapping a link, and a restart to pick it up would be a reason not to rotate.
 */
export class Secret {
  readonly #name: string;
  readonly #source: SecretSource;
  #seen = "";
  #value = "";

  /** @param name of the setting, for messages; the value is in none of them */
  constructor(name: string, source: SecretSource) {
    this.#name = name;
    this.#source = source;
  }

  /**
   * The value as it is now. A file that is gone is an error and not the last value: whoever removes a secret revokes it.
   * @throws StartError `SECRET_UNREADABLE`
   */
  async read(): Promise<string> {
    if ("value" in this.#source) return this.#check(this.#source.value, this.#name);
    const { path } = this.#source;
    try {
      const { mtimeNs, size, ino } = await stat(path, { bigint: true }); // follows links
      const seen = `${mtimeNs} ${size} ${ino}`;
      // The state before the reading: a change in between is seen the next time.
      if (seen !== this.#seen) {
        this.#value = (await readFile(path, "utf8")).trimEnd(); // editors and echo end it with a line feed
        this.#seen = seen;
      }
    } catch (cause) {
      this.#seen = "";
      const message = `${this.#name}_FILE: expected a file this user can read, got ${errnoOf(cause)} for "${path}".`;
      throw new StartError("SECRET_UNREADABLE", message, { cause });
    }
    return this.#check(this.#value, `${this.#name}_FILE`);
  }

  #check(value: string, name: string): string {
    if (sane.test(value)) return value;
    throw new StartError("SECRET_UNREADABLE", `${name}: expected 16 to 512 characters A-Z a-z 0-9 . _ ~ + / -`);
  }
}
