import { isElf } from "./content.ts";
import { credentialPatterns } from "./credentials.ts";
import { secretPatterns, secretsIn } from "./secrets.ts";

const WINDOW_BYTES = 1_048_576;
// Longer than what any pattern needs to see at once.
const OVERLAP_BYTES = 4096;
const patterns = [...secretPatterns, ...credentialPatterns];

/**
 * Searches a file that is too large to keep, window by window as it streams by. Compiled programs and static libraries
 * are passed over: they are most of such bytes, and what looks like a token in them is a table of something else.
 */
export class LargeFileSearch {
  readonly #path: string;
  readonly #found = new Set<string>();
  #window: Buffer[] = [];
  #bytes = 0;
  #compiled: boolean | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  write(chunk: Buffer): void {
    this.#compiled ??= isElf(chunk) || chunk.subarray(0, 8).toString("latin1") === "!<arch>\n";
    if (this.#compiled) return;
    this.#window.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= WINDOW_BYTES) this.#search();
  }

  /** Names of the patterns that matched, once the file is over. */
  end(): string[] {
    this.#search();
    return [...this.#found];
  }

  #search(): void {
    const window = Buffer.concat(this.#window);
    for (const name of secretsIn(window, this.#path, patterns)) this.#found.add(name);
    const rest = window.subarray(-OVERLAP_BYTES);
    this.#window = [rest];
    this.#bytes = rest.length;
  }
}
