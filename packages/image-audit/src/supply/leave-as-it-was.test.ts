import type Dockerode from "dockerode";
import { expect, test } from "vitest";
import { leaveAsItWas } from "./leave-as-it-was.ts";

const reference = `registry.test/app@sha256:${"a".repeat(64)}`;
type Image = { Id: string; RepoTags: string[]; RepoDigests: string[] };

/** An engine that has these images; by reference it finds what has that digest. */
function engine(...images: Image[]) {
  const refuses = { removal: false };
  const removed: string[] = [];
  const docker = {
    listImages: () => Promise.resolve([...images]),
    getImage: (name: string) => ({
      inspect: () => {
        const found = images.find(({ RepoDigests }) => RepoDigests.includes(name));
        return found === undefined ? Promise.reject(Object.assign(new Error("no"), { statusCode: 404 })) : found;
      },
      remove: () => (refuses.removal ? Promise.reject(new Error("a container uses it")) : removed.push(name)),
    }),
  } as unknown as Dockerode;
  return { docker, images, removed, refuses };
}
const pulled = (...tags: string[]): Image => ({ Id: "sha256:1", RepoTags: tags, RepoDigests: [reference] });

test("what was pulled goes, also when the work on it fails", async () => {
  const { docker, images, removed } = engine();
  const work = async () => {
    await using _engine = await leaveAsItWas(docker, reference);
    images.push(pulled());
    throw new Error("interrupted");
  };
  await expect(work).rejects.toThrow("interrupted");
  expect(removed).toEqual([reference]);
});

test("a pull that never came has left nothing to remove", async () => {
  const { docker, removed } = engine();
  await (await leaveAsItWas(docker, reference))[Symbol.asyncDispose]();
  expect(removed).toEqual([]);
});

test.each<[string, Image, Image, string[]]>([
  ["that was there stays", pulled(), pulled(), []],
  ["that had another name keeps that one alone", { ...pulled("a:1"), RepoDigests: [] }, pulled("a:1"), [reference]],
  ["that had no name stays, with the one it got", { ...pulled(), RepoDigests: [] }, pulled(), []],
])("an image %s", async (_, before, after, gone) => {
  const { docker, images, removed } = engine(before);
  const held = await leaveAsItWas(docker, reference);
  images[0] = after;
  await held[Symbol.asyncDispose]();
  expect(removed).toEqual(gone);
});

test("what the engine will not remove is named, and the judgement stands", async () => {
  const { docker, images, refuses } = engine();
  const said: string[] = [];
  const held = await leaveAsItWas(docker, reference, (line) => said.push(line));
  images.push(pulled());
  refuses.removal = true;
  await held[Symbol.asyncDispose]();
  expect(said).toEqual([`${reference} stays in the engine: a container uses it`]);
});
