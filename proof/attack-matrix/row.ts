import type { Accepted } from "../sigstore/cosign.ts";
import type { Sigstore } from "../sigstore/stack.ts";

/** What a place is asked: an image, whom to accept, and which statements it must have. */
export type Question = {
  image: string;
  accepted: Accepted;
  needs: readonly string[];
  /** Whether the bytes of every layer are compared with their digest; on unless lifted. */
  layers?: boolean;
  /** How many log entries sigstore-js asks for; one unless lifted. */
  thresholds?: { tlogThreshold?: number };
  /** Whether the statement must be about this image; on unless lifted. */
  subject?: boolean;
  /** Whether the trust root comes from its mirror, and from where; else it is at hand. */
  mirror?: string;
};

/** One that can refuse: a command or a library. Answers undefined when it accepts, else its own message. */
export type Place = { name: string; asks(question: Question): Promise<string | undefined> };

/** What a row finds: a registry, a local Sigstore, and a second one that nobody trusts. */
export type Scene = { registry: string; folder: string; stack: Sigstore; forger: Sigstore; accepted: Accepted };

/** An attack, mounted for real, and the one control whose absence lets it through. */
export type Row = {
  attack: string;
  /** What is switched off in `lifted`. */
  control: string;
  /** Names of the places that must refuse; one that cannot see it is not among them. */
  places: readonly string[];
  /** Those of the places that have no switch for the control; lifted, they are not asked. */
  withoutSwitch?: readonly string[];
  mount(scene: Scene): Promise<{ refused: Question; lifted: Question }> | { refused: Question; lifted: Question };
};
