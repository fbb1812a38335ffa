import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AttackId, type AttackResult, attacks, attempt, type Line, type Target, targetOf } from "attacks";
import { plantDecoys, type StageNumber, stageOf } from "ladder";
import { build } from "pipeline/build";
import { readProfile } from "pipeline/profile";
import { Run } from "pipeline/started";
import { afterAll, describe, expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";

// The line that an attack names as what stopped it is the cause: without that line, the attack succeeds again.
const run = new Run("causes");
const TAG = "hardened-node-api:cause";
afterAll(() => {
  spawnSync("docker", ["image", "rm", "--force", TAG]);
  run.close();
});

/** Builds a stage from a copy and makes a target of it; the copy's profile is the one it runs under. */
async function targetFrom(copy: RepositoryCopy, stage: StageNumber): Promise<Target> {
  plantDecoys(join(copy.root, "course/decoys"));
  plantDecoys(join(copy.root, "apps/api")); // where a .env lies in daily work
  const { imageId } = await build(run, `stage-${stage}`, {
    context: copy.root,
    files: ["course/docker-bake.hcl"],
    bases: join(ROOT, "out/bases.json"),
    tag: TAG,
  });
  const profile = readProfile(join(copy.root, "profile.json"));
  return { ...targetOf(stageOf(stage), imageId), root: copy.root, profile };
}

async function tried(id: AttackId, target: Target): Promise<AttackResult> {
  const attack = attacks.find((candidate) => candidate.id === id);
  if (attack === undefined) throw new Error(`expected an attack, got none called ${id}`);
  return await attempt(run, attack, target);
}

/** Changes exactly the line that was named, and nothing else of the file. */
function change(copy: RepositoryCopy, { file, line, text }: Line, to: string): void {
  const lines = readFileSync(join(copy.root, file), "utf8").split("\n");
  expect(lines[line - 1]?.trim()).toBe(text);
  expect(to).not.toBe(text);
  lines[line - 1] = to;
  copy.write(file, lines.join("\n"));
}

const slim = /^FROM (node:\S+)/m.exec(readFileSync(join(ROOT, "docker/3-non-root.Dockerfile"), "utf8"))?.[1];

/** What stands in the place of the line that stops it: what a team has that does not know the line. */
const causes: { id: AttackId; stage: StageNumber; file: string; instead: string; means: string }[] = [
  {
    id: "recover-secret",
    stage: 2,
    file: "docker/2-multi-stage.Dockerfile.dockerignore",
    instead: "",
    means: "the ignore file lists what came to mind",
  },
  {
    id: "cut-upload",
    stage: 2,
    file: "docker/2-multi-stage.Dockerfile",
    instead: "CMD node dist/main.js",
    means: "shell form",
  },
  {
    id: "exhaust-memory",
    stage: 3,
    file: "profile.json",
    instead: '  "memoryBytes": 805306368,',
    means: "a limit that limits nothing",
  },
  {
    id: "spawn-shell",
    stage: 4,
    file: "docker/4-signed.Dockerfile",
    // Where this base has its Node is not where the app looks for it.
    instead: `FROM ${slim} AS final\nRUN mkdir /nodejs && ln -s /usr/local/bin /nodejs/bin`,
    means: "the base of stage 3",
  },
];

test.each(causes.map((cause) => [cause.id, cause.stage, cause.means, cause] as const))(
  "%s, stopped first at stage %s, succeeds again with %s",
  async (id, stage, _, { file, instead }) => {
    using copy = new RepositoryCopy();
    const before = await tried(id, await targetFrom(copy, stage));
    expect(before).toMatchObject({ verdict: "stopped", stoppedBy: { file } });
    if (before.stoppedBy === null) throw new Error("expected a line");
    change(copy, before.stoppedBy, instead);
    const after = await tried(id, await targetFrom(copy, stage));
    expect(after, JSON.stringify(after)).toMatchObject({ verdict: "succeeded", stoppedBy: null });
  },
);

test("spawn-shell also succeeds on stage 4 when the writable place may execute: a program that the attacker brings", async () => {
  using copy = new RepositoryCopy();
  // Leaving noexec out would change nothing: docker adds it to every tmpfs that does not ask for exec.
  copy.replace("profile.json", '"noexec"', '"exec"');
  const after = await tried("spawn-shell", await targetFrom(copy, 4));
  expect(after.verdict).toBe("succeeded");
  expect(after.evidence).toEqual([expect.stringMatching(/^a program of its own, .*: runs as uid 65532$/)]);
});

// Two locks: each alone is enough, and each is named when the other is open.
describe("write-backdoor on stage 3", () => {
  const readOnly = { file: "profile.json", text: '"readOnlyRootFilesystem": true,' };
  const user = { file: "profile.json", text: '"user": "65532:65532",' };
  const locks = [
    { name: "both locks", open: [], by: readOnly },
    { name: "the user alone", open: [readOnly], by: user },
    { name: "the read-only root alone", open: [user], by: readOnly },
    { name: "neither", open: [readOnly, user], by: null },
  ];
  test.each(locks.map((lock) => [lock.name, lock] as const))("%s", async (_, { open, by }) => {
    using copy = new RepositoryCopy();
    for (const { file, text } of open) {
      copy.replace(file, text, text.replace("65532:65532", "0:0").replace("true", "false"));
    }
    const result = await tried("write-backdoor", await targetFrom(copy, 3));
    expect(result.stoppedBy).toEqual(by === null ? null : expect.objectContaining(by));
    expect(result.verdict).toBe(by === null ? "succeeded" : "stopped");
  });

  test("without a profile the USER line stops it, and without that line nothing does", async () => {
    using copy = new RepositoryCopy();
    const plain = async () => tried("write-backdoor", { ...(await targetFrom(copy, 3)), run: "plain" });
    const before = await plain();
    expect(before).toMatchObject({ verdict: "stopped", stoppedBy: { text: "USER 65532:65532" } });
    if (before.stoppedBy === null) throw new Error("expected a line");
    change(copy, before.stoppedBy, "");
    expect((await plain()).verdict).toBe("succeeded");
  });
});
