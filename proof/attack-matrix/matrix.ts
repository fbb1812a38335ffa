import { join } from "node:path";
import type { Run } from "pipeline/started";
import { startRegistry } from "../registry.ts";
import { acceptedBy, SIGN, sign } from "../sigstore/cosign.ts";
import { pushSmallImage } from "../sigstore/small-image.ts";
import { startSigstore } from "../sigstore/stack.ts";
import { ask, places } from "./places.ts";
import type { Question, Row, Scene } from "./row.ts";

/** One row as it came out. `messages` by place; `good` is a good image, asked of the same places in the same run. */
export type Tried = {
  attack: string;
  control: string;
  messages: Record<string, string | undefined>;
  good: Record<string, string | undefined>;
  lifted: Record<string, string | undefined>;
};

/** Whether a row held: refused everywhere, by nobody when the control is lifted, and the good image by nobody. */
export function held({ messages, good, lifted }: Tried): boolean {
  const refused = (answers: Record<string, string | undefined>) =>
    Object.values(answers).filter((text) => text !== undefined);
  const asked = Object.keys(messages).length;
  if (Object.keys(lifted).length === 0) return false; // nobody showed that the control is what refused
  return asked > 0 && refused(messages).length === asked && refused(good).length === 0 && refused(lifted).length === 0;
}

/** Starts a registry, a Sigstore and a forger's; all of it ends with the run. */
export async function openScene(run: Run): Promise<Scene> {
  const registry = await startRegistry(run);
  const stack = await startSigstore(run, join(run.folder, "sigstore"));
  const forger = await startSigstore(run, join(run.folder, "forger"));
  return { registry, folder: run.folder, stack, forger, accepted: acceptedBy(stack) };
}

/** Mounts the attack and asks each place: about it, about a good image, and again without the control. */
export async function tryRow(scene: Scene, row: Row): Promise<Tried> {
  const good = pushSmallImage(`${scene.registry}/app`, "good");
  const known = await ask("cosign", { image: good, accepted: scene.accepted, needs: [SIGN] });
  if (known !== undefined) sign(scene.stack, good);
  const { refused, lifted } = await row.mount(scene);
  const answers = async (question: Question, asked = row.places) =>
    Object.fromEntries(await Promise.all(asked.map(async (name) => [name, await ask(name, question)] as const)));
  return {
    attack: row.attack,
    control: row.control,
    messages: await answers(refused),
    good: await answers({ image: good, accepted: scene.accepted, needs: [SIGN] }),
    lifted: await answers(
      lifted,
      row.places.filter((name) => row.withoutSwitch?.includes(name) !== true),
    ),
  };
}

/** Names of the places a row may list. */
export const placeNames = Object.keys(places);
