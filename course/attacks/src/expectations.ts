import type { Contract, StageNumber } from "ladder";
import type { AttackId, AttackResult } from "./result.ts";

/** What is attacked: a stage by number, or a variant that is not a stage by name. */
export type Subject = StageNumber | "alpine" | "chainguard";

/** How an attack must end, and why. */
export type Expectation = { verdict: "succeeded" | "stopped"; why: string };

const succeeded = (why: string): Expectation => ({ verdict: "succeeded", why });
const stopped = (why: string): Expectation => ({ verdict: "stopped", why });

const rootWrites = succeeded("root runs the app, and the root file system is writable");
const locked = stopped("the root file system is read-only, and the app belongs to root while another user runs it");
const allowList = stopped("the ignore file is an allow-list: the secret never was in the build context");
const drains = stopped("in exec form the signal reaches Node, and the app finishes what is in flight");
const unlimited = succeeded("started without a limit, a container may take all of the host's memory");
const limited = stopped("the profile's memory limit ends the greedy process; the host and the app do not notice");
const byTag = succeeded("a tag is a name that can be moved, and nothing verifies what it names");

/** Observed on the engine first, then written down. An attack that ends otherwise fails the test, either way. */
export const expectations: Record<AttackId, Record<Subject, Expectation>> = {
  "write-backdoor": {
    1: rootWrites,
    2: rootWrites,
    3: locked,
    4: locked,
    alpine: locked,
    chainguard: locked,
  },
  "spawn-shell": {
    1: succeeded("the full image has bash and dash"),
    2: succeeded("slim is smaller, and still has bash and dash"),
    3: succeeded("it no longer is a root shell, but the base is still slim"),
    4: stopped("the base has no shell, and what the attacker writes to the one writable place is not executed"),
    alpine: succeeded("Alpine is a busybox with its applets, the shell among them"),
    chainguard: succeeded("the free image has busybox; only a paid tag is without"),
  },
  "recover-secret": {
    1: succeeded("COPY . . took it, and deleting it only hides it: the layer below is still pulled"),
    2: allowList,
    3: allowList,
    4: allowList,
    alpine: allowList,
    chainguard: allowList,
  },
  "cut-upload": {
    1: succeeded("a shell is PID 1 and ignores SIGTERM: Node never hears it and is killed after 10 s"),
    2: drains,
    3: drains,
    4: drains,
    alpine: drains,
    chainguard: drains,
  },
  "exhaust-memory": {
    1: unlimited,
    2: unlimited,
    3: limited,
    4: limited,
    alpine: limited,
    chainguard: limited,
  },
  "swap-image": { 1: byTag, 2: byTag, 3: byTag, 4: byTag, alpine: byTag, chainguard: byTag },
};

/**
 * What a contract's image is called in the expectations.
 * @throws TypeError when nothing is expected of it
 */
export function subjectOf({ image }: Contract): Subject {
  const name = image.replace("stage-", "");
  const found = subjects.find((subject) => String(subject) === name);
  if (found === undefined) throw new TypeError(`expected attacks to be described for ${image}, found none`);
  return found;
}

const subjects: readonly Subject[] = [1, 2, 3, 4, "alpine", "chainguard"];

/** "stage 3", "alpine". */
export function nameOf(subject: Subject): string {
  return typeof subject === "number" ? `stage ${subject}` : subject;
}

/** Attacks that a variant lets succeed and the last stage, distroless, must not. */
export function lostBeside(subject: Subject): AttackId[] {
  const ids = Object.keys(expectations) as AttackId[];
  if (typeof subject === "number") return [];
  return ids.filter(
    (id) => expectations[id][subject].verdict === "succeeded" && expectations[id][4].verdict === "stopped",
  );
}

/** Attacks that a stage must stop and the stage below must not. */
export function newlyStopped(stage: StageNumber): AttackId[] {
  const on = (number: StageNumber, id: AttackId) => expectations[id][number].verdict;
  const below = (stage - 1) as StageNumber;
  const ids = Object.keys(expectations) as AttackId[];
  return stage === 1 ? [] : ids.filter((id) => on(stage, id) === "stopped" && on(below, id) === "succeeded");
}

/** The lowest stage that must stop an attack; undefined when none does yet. */
export function firstStopped(id: AttackId): StageNumber | undefined {
  return ([1, 2, 3, 4] as const).find((stage) => expectations[id][stage].verdict === "stopped");
}

/** Results that are not what the image must show, one line each. */
export function unexpected(subject: Subject, results: readonly AttackResult[]): string[] {
  return results
    .filter(({ id, verdict }) => verdict !== expectations[id][subject].verdict)
    .map(({ id, verdict, reason }) => {
      const { verdict: must, why } = expectations[id][subject];
      return `${id}: expected ${must} (${why}), got ${verdict}${reason === undefined ? "" : `: ${reason}`}`;
    });
}
