import type { Run } from "pipeline/started";
import type { Accepted } from "../sigstore/cosign.ts";
import type { Sigstore } from "../sigstore/stack.ts";
import type { Built, Release } from "./release.ts";

/** What a place is asked: an image, whom to accept, and which statements it must have. */
export type Question = {
  image: string;
  accepted: Accepted;
  needs: readonly string[];
  /** Whether the bytes of every layer are compared with their digest; on unless lifted. */
  layers?: boolean;
  /** How many log entries and certificate timestamps sigstore-js asks for; one of each unless lifted. */
  thresholds?: { tlogThreshold?: number; ctlogThreshold?: number };
  /** When sigstore-js is told that it was signed; unless lifted, the bundle's signed time says so. */
  signedAt?: Date;
  /** Flags that switch a control of cosign off. */
  weaker?: readonly string[];
  /** Whether the statement must be about this image; on unless lifted. */
  subject?: boolean;
  /** Whether the trust root comes from its mirror, and from where; else it is at hand. */
  mirror?: string;
  /** A public key that cosign accepts in place of an identity. */
  key?: string;
  /** What the statements should say; without it only who made them is judged. */
  content?: Content;
  /** Rules that do not count: beginnings of findings, IDs of checks. */
  without?: readonly string[];
};

/** What a release is compared with; the repository is the image's own unless said. */
export type Content = Built & {
  origins?: readonly string[];
  maxScanAgeHours?: number;
  approvedBases?: readonly string[];
  repositories?: readonly string[];
  revoked?: readonly string[];
};

/** One that can refuse: a command or a library. Answers undefined when it accepts, else its own message. */
export type Place = { name: string; asks(question: Question, scene: Scene): Promise<string | undefined> };

/** What a row finds: a registry, a local Sigstore, a second one that nobody trusts, and a good release. */
export type Scene = {
  run: Run;
  registry: string;
  folder: string;
  stack: Sigstore;
  forger: Sigstore;
  accepted: Accepted;
  release: Release;
};

/** `good` is asked of the same places in the same run; unless said, it is a signed image. */
type Mounted = { refused: Question; lifted: Question; good?: Question };

type Attack = {
  attack: string;
  /** What is switched off in `lifted`. */
  control: string;
  /** Names of the places that must refuse. */
  places: readonly string[];
};

/** An attack on an image, mounted for real, and the one control whose absence lets it through. */
export type ImageRow = Attack & {
  /** Places that cannot see it: they are asked too, and accept. */
  blind?: readonly string[];
  /** Those of the places that have no switch for the control; lifted, they are not asked. */
  withoutSwitch?: readonly string[];
  mount(scene: Scene): Promise<Mounted> | Mounted;
};

/** An attack on files that one gate reads: its findings in them, in good ones, and with the control lifted. */
export type FileRow = Attack & { judge(scene: Scene): Promise<Findings> | Findings };
export type Findings = Record<"refused" | "good" | "lifted", readonly string[]>;

export type Row = ImageRow | FileRow;
