import { createInterface, type Interface } from "node:readline";
import { AttackError } from "./errors.ts";
import type { AttackResult } from "./result.ts";

/** Asks before each attack, and keeps the score. */
export class Prediction {
  readonly #lines: Interface;
  readonly #next: AsyncIterator<string>;
  readonly #output: NodeJS.WritableStream;
  readonly #guesses = new Map<string, boolean>();

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    // Not a readline terminal: that would take Ctrl-C for itself, and what runs would be left behind.
    this.#lines = createInterface({ input, terminal: false });
    this.#next = this.#lines[Symbol.asyncIterator]();
    this.#output = output;
  }

  /**
   * Asks until the answer is yes or no.
   * @throws AttackError NO_TERMINAL when the input ends
   */
  async ask(id: string, question: string): Promise<void> {
    for (;;) {
      this.#output.write(`${question} [y/n] `);
      const { done, value } = await this.#next.next();
      if (done === true)
        throw new AttackError("NO_TERMINAL", "expected y or n, the input ended; nothing more is tried");
      const answer = /^\s*([yn])(es|o)?\s*$/i.exec(value)?.[1]?.toLowerCase();
      if (answer === undefined) continue;
      this.#guesses.set(id, answer === "y");
      return;
    }
  }

  /** How many were foreseen, and which were not. */
  score(results: readonly AttackResult[]): string {
    const asked = results.filter(({ id, verdict }) => this.#guesses.has(id) && verdict !== "not tried");
    const wrong = asked.filter(({ id, verdict }) => this.#guesses.get(id) !== (verdict === "succeeded"));
    const missed = wrong.map(({ title, verdict }) => `  not foreseen: ${title}, which ${ended(verdict)}`);
    return [`You foresaw ${asked.length - wrong.length} of ${asked.length}.`, ...missed].join("\n");
  }

  close(): void {
    this.#lines.close();
  }
}

function ended(verdict: AttackResult["verdict"]): string {
  return verdict === "stopped" ? "was stopped" : verdict;
}

/**
 * The terminal to ask on.
 * @throws AttackError NO_TERMINAL when there is none: a pipe cannot guess
 */
export function predictionOn(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Prediction {
  if (input.isTTY && output.isTTY) return new Prediction(input, output);
  throw new AttackError(
    "NO_TERMINAL",
    "ASK=1 asks before each attack: expected a terminal, got a pipe or a file; run it in a terminal, or without ASK",
  );
}
