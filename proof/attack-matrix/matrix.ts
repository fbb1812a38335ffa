import { join } from "node:path";
import type { Run } from "pipeline/started";
import { startRegistry } from "../registry.ts";
import { acceptedBy, SIGN, sign } from "../sigstore/cosign.ts";
import { pushSmallImage } from "../sigstore/small-image.ts";
import { SIGSTORE_TOOLS, startSigstore } from "../sigstore/stack.ts";
import { ask, places } from "./places.ts";
import { makeRelease } from "./release.ts";
import type { FileRow, Question, Row, Scene } from "./row.ts";

/** What the attacks need. */
export const TOOLS = [...SIGSTORE_TOOLS, "crane", "docker-registry", "kyverno-cli"];

/** What places answered, by their names; null accepts. */
type Answers = Record<string, string | null>;

/** One row as it came out. `good` is a good image, asked of the same places in the same run. */
export type Tried = {
  attack: string;
  control: string;
  messages: Answers;
  /** Of those that cannot see it. */
  blind: Answers;
  good: Answers;
  lifted: Answers;
};

/** `out/attack-supply-chain.json`. */
export type StoredAttacks = { schemaVersion: 1; attacks: Tried[] };

/** Whether a row held: refused by all but who cannot see it, by nobody when the control is lifted, the good image neither. */
export function held({ messages, blind, good, lifted }: Tried): boolean {
  const refused = (answers: Answers) => Object.values(answers).filter((text) => text !== null);
  const asked = Object.keys(messages).length;
  if (Object.keys(lifted).length === 0) return false; // nobody showed that the control is what refused
  const accepted = [blind, good, lifted].every((answers) => refused(answers).length === 0);
  return asked > 0 && refused(messages).length === asked && accepted;
}

/** Starts a registry, a Sigstore and a forger's; all of it ends with the run. */
export async function openScene(run: Run): Promise<Scene> {
  const registry = await startRegistry(run);
  const stack = await startSigstore(run, join(run.folder, "sigstore"));
  const forger = await startSigstore(run, join(run.folder, "forger"));
  const release = makeRelease({ registry, folder: run.folder, stack }, "release");
  return { run, registry, folder: run.folder, stack, forger, accepted: acceptedBy(stack), release };
}

/** Mounts the attack and asks each place: about it, about a good image, and again without the control. */
export async function tryRow(scene: Scene, row: Row): Promise<Tried> {
  if ("judge" in row) return judgeRow(scene, row);
  const good = pushSmallImage(`${scene.registry}/app`, "good");
  const asked: Question = { image: good, accepted: scene.accepted, needs: [SIGN] };
  const refusal = await ask("cosign", asked, scene);
  if (refusal !== undefined) sign(scene.stack, good);
  const { refused, lifted, good: comparison = asked } = await row.mount(scene);
  const answers = async (question: Question, of: readonly string[]): Promise<Answers> =>
    Object.fromEntries(
      await Promise.all(of.map(async (name) => [name, (await ask(name, question, scene)) ?? null] as const)),
    );
  const { attack, control, places: seeing, blind: unseeing = [], withoutSwitch = [] } = row;
  const switched = seeing.filter((name) => !withoutSwitch.includes(name));
  const compared = await answersToGood(comparison, seeing, scene);
  const [messages, blind, without] = await Promise.all([
    answers(refused, seeing),
    answers(refused, unseeing),
    answers(lifted, switched),
  ]);
  return { attack, control, messages, blind, good: compared, lifted: without };
}

const known = new Map<string, Promise<string | undefined>>();

/** Asked once: many rows have the same good image. */
async function answersToGood(question: Question, of: readonly string[], scene: Scene): Promise<Answers> {
  const answers = of.map(async (name) => {
    const key = JSON.stringify([name, question]);
    if (!known.has(key)) known.set(key, ask(name, question, scene));
    return [name, (await known.get(key)) ?? null] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

/** A gate judges files: no findings is its pass. */
async function judgeRow(scene: Scene, { attack, control, places: [place = ""], judge }: FileRow): Promise<Tried> {
  const { refused, good, lifted } = await judge(scene);
  const answer = (findings: readonly string[]) => ({
    [place]: findings.length === 0 ? null : findings.join("; "),
  });
  return { attack, control, messages: answer(refused), blind: {}, good: answer(good), lifted: answer(lifted) };
}

/** Names of the places a row may list. */
export const placeNames = [...Object.keys(places), "lock gate", "scan gate"];
