import type { RequestHandler } from "express";
import { RequestError } from "./errors.ts";

/**
 * Caps how many requests are worked on at once. Each holds a file, a buffer and a descriptor; without a cap the first
 * burst turns into an OOM kill, which cuts everybody instead of turning away the last ones.
 */
export class Capacity {
  readonly #maxInFlight: number;
  #taken = 0;

  constructor(maxInFlight: number) {
    this.#maxInFlight = maxInFlight;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a slot until the answer is out or the client is gone; "close" comes either way, and once. */
  readonly guard: RequestHandler = (_request, response, next) => {
    if (this.#taken >= this.#maxInFlight) {
      response.setHeader("Retry-After", "1"); // seconds; what holds the slots is mostly done by then
      throw new RequestError("OVERLOADED", "Too many requests are being worked on at the moment; try again later.");
    }
    this.#taken += 1;
    response.once("close", () => {
      this.#taken -= 1;
    });
    next();
  };
}
