import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isGrave, nameOf, type Scan } from "pipeline/gates/scan";
import { TYPES } from "pipeline/gates/trust";
import { readWorkflows, scriptsOf } from "../workflows/workflow.ts";
import { admission, started, stored } from "./admission.ts";
import { lastPipeline, runPipeline, said, short } from "./pipeline.ts";
import type { Scene } from "./scene.ts";
import type { Step } from "./step.ts";

const OVERLAY = "k8s/overlays/production/kustomization.yaml";
const REVOKING = ["trust.json", "kubernetes/image-source.yaml", "kyverno/images.yaml", "kyverno/ephemeral-images.yaml"];
const TAG = "v1.0.0";

/** Puts the digest into the overlay, commits and applies it, as after a release. */
async function deploy(scene: Scene, image: string): Promise<void> {
  scene.copy.replace(OVERLAY, /digest: sha256:\w+/, `digest: ${image.split("@")[1]}`);
  await scene.shell.commit("Deploy");
  await scene.shell.type("kubectl apply -k k8s/overlays/production"); // whether it was admitted is looked at
}

const deployed = (scene: Scene) =>
  stored(scene, "deployment", "hardened-node-api", ".spec.template.spec.containers[0].image");

/** What the rescan wrote down, of what blocks. */
function rescanned({ copy }: Scene): string[] {
  const scans = globSync(join(copy.root, "out/rescan/rescan/scan.json"));
  return scans.flatMap((file) => (JSON.parse(readFileSync(file, "utf8")) as Scan).matches.filter(isGrave).map(nameOf));
}

/** The drill, in order. Each is told in the runbook in the same words. */
export const steps: readonly Step<Scene>[] = [
  {
    name: "release",
    day: "yesterday",
    title: "A release, as on any day",
    about: "The pipeline passes: nothing was known against the image.",
    commands: ["make pipeline"],
    act: async (scene) => {
      await runPipeline(scene, "yesterday");
      scene.old = lastPipeline(scene).subject ?? "";
      if (scene.old !== "") await scene.shell.must(`crane tag ${scene.old} ${TAG}`);
    },
    look: async (scene) => {
      const came = lastPipeline(scene);
      return { done: came.subject !== undefined, seen: said(came) };
    },
  },
  {
    name: "run it",
    day: "yesterday",
    title: "It is admitted and runs",
    about: "Signature, statements, scan and audit are verified at admission.",
    commands: ["kubectl apply -k k8s/overlays/production"],
    withinMs: 30_000,
    act: async (scene) => {
      const { old = "" } = scene;
      await deploy(scene, old);
      await started(scene, old, "old");
    },
    look: async (scene) => {
      const { old } = scene;
      const { done, seen } = await admission(scene, old);
      const runs = old !== undefined && (await deployed(scene)) === old;
      return { done: done && runs, seen: runs ? `${short(old)}: ${seen}` : `not deployed; a pod would be ${seen}` };
    },
  },
  {
    name: "notice",
    day: "today",
    title: "The rescan finds it",
    about: `Every week \`scheduled.yml\` scans the SBOMs that were signed with the release, puts what it finds as one signed
statement in the place of every older scan, and turns red. From then on Kyverno refuses every new pod of the image, and
\`make checklist\` the image; up to an hour later where Kyverno's cache has room for our statements. What runs goes on
running. It scans the tag in the repository variable \`RELEASED\`, and nothing where that is not set. After an
advisory do not wait for the week to end. Red for another reason than a finding:
[the table](supply-chain.md#the-weekly-rescan).`,
    commands: ["gh workflow run scheduled.yml"],
    act: async (scene) => {
      const script = readWorkflows(scene.copy.root)
        .flatMap(scriptsOf)
        .find(({ run }) => run.includes("--rescan"));
      if (script === undefined) throw new TypeError("expected a rescan in the workflows");
      const names = { ...script.env, REPOSITORY: scene.repository, VERSION: TAG };
      scene.rescan = (await scene.shell.type(script.run, { ...scene.known.today, ...names })).status;
    },
    look: async (scene) => {
      const found = rescanned(scene);
      const count = `cosign download attestation --predicate-type=${TYPES["scan"]} ${scene.old} | wc -l`;
      const scans = Number((await scene.shell.type(count)).output.trim());
      const { done, seen } = await admission(scene, scene.old);
      const alive = (await stored(scene, "pod", "old", ".metadata.name")) === "old";
      const job = scene.rescan === 1 ? "red" : `ended with ${scene.rescan}`;
      return {
        done:
          scene.rescan === 1 && found.length > 0 && scans === 1 && alive && !done && seen.includes("the scan found"),
        seen: `the job is ${job}: ${found.join(", ") || "nothing found"}; ${scans} scan attested; a new pod is ${seen}; the old one ${alive ? "runs" : "is gone"}`,
      };
    },
  },
  {
    name: "confirm",
    day: "today",
    title: "The pipeline is red on what was green",
    about: `Check out the tag that runs. \`audit\` reads the lock file and ends the pipeline before the build, so nothing is
built, pushed or signed. Read which database the table names: where none is reached it is the fixture, which knows
no advisory, and the pipeline is green; its last line says so.`,
    commands: ["make pipeline"],
    act: (scene) => runPipeline(scene, "today"),
    look: async (scene) => {
      const came = lastPipeline(scene);
      const done = came.refused?.gate === "audit" && came.refused.reason.includes(scene.dependency.name);
      return { done: done && came.passed.join() === "lock", seen: said(came) };
    },
  },
  {
    name: "bump",
    day: "today",
    title: "Take the version that is not affected",
    about: `Write it into the catalog of \`pnpm-workspace.yaml\`: the first one that is not affected and nothing newer. Let pnpm
resolve it, and commit both files.`,
    commands: ["pnpm install --lockfile-only"],
    act: async (scene) => {
      const { name, affected, fixed } = scene.dependency;
      // With a mark of this drill: the layers behind a lock file that was built before would come from the cache.
      scene.copy.replace("pnpm-workspace.yaml", `${name}: ${affected}`, `${name}: ${fixed} # ${scene.run.id}`);
      await scene.shell.must("pnpm install --lockfile-only");
      await scene.shell.commit("Update");
    },
    look: async (scene) => {
      const { name, fixed } = scene.dependency;
      const lock = readFileSync(join(scene.copy.root, "pnpm-lock.yaml"), "utf8");
      const named = lock.matchAll(new RegExp(`^ {2}${name}@([\\d.]+):`, "gm")); // as a package and as a snapshot
      const versions = [...new Set([...named].map(([, version]) => version))];
      return { done: versions.join() === fixed, seen: `${name} ${versions.join(", ")}` };
    },
  },
  {
    name: "rebuild",
    day: "today",
    title: "Every gate again",
    about: `In the pull request, then as a release: a tag, and the workflow that signs it. The lock gate accepts the update, the
build is a real one, and the new image has its own SBOM, scan, audit and signature.`,
    commands: ["gh workflow run release.yml --field version=TAG"],
    act: async (scene) => {
      await runPipeline(scene, "today");
      scene.patched = lastPipeline(scene).subject ?? "";
    },
    look: async (scene) => {
      const came = lastPipeline(scene);
      return { done: came.subject !== undefined && came.subject !== scene.old, seen: said(came) };
    },
  },
  {
    name: "roll out",
    day: "today",
    title: "Roll it out",
    about: `The digest that the release notes name goes into \`k8s/overlays/production/kustomization.yaml\`, and the tag into
the variable \`RELEASED\`, so that the next rescan is of what runs. Commit, apply:`,
    commands: ["kubectl apply -k k8s/overlays/production"],
    withinMs: 30_000,
    act: async (scene) => {
      const { patched = "" } = scene;
      await deploy(scene, patched);
      await started(scene, patched, "patched");
      // As the Deployment's controller ends the old version: an update of its ReplicaSet, which is judged as well.
      const patch = [
        "patch",
        "replicaset",
        "old",
        "--namespace=hardened-node-api",
        "--patch",
        '{"spec":{"replicas":0}}',
      ];
      await scene.api.kubectl(patch);
      await scene.api.kubectl(["delete", "pod", "old", "--namespace=hardened-node-api", "--now"]);
    },
    look: async (scene) => {
      const { patched } = scene;
      const { done, seen } = await admission(scene, patched);
      const runs = patched !== undefined && (await deployed(scene)) === patched;
      const ended = (await stored(scene, "replicaset", "old", ".spec.replicas")) === "0";
      return {
        done: done && runs && ended,
        seen: `${short(patched ?? "")}: ${seen}${ended ? "; the old one is scaled to 0" : ""}`,
      };
    },
  },
  {
    name: "revoke",
    day: "today",
    title: "Revoke the old digest",
    about: `Add it to \`revoked\` in \`policies/trust.json\`, \`image-source.yaml\`, \`images.yaml\` and \`ephemeral-images.yaml\` (a test
holds them equal), commit, apply. A release for two platforms has three digests, each signed: the index and the image of
each platform, which \`crane manifest\` of the index lists. Add all of them. From then on the API server itself refuses
them, whatever is attested and also where Kyverno is gone.`,
    commands: ["kubectl apply -k policies/kubernetes", "kubectl apply -k policies/kyverno"],
    withinMs: 30_000,
    act: async (scene) => {
      const [, digest = ""] = scene.old?.split("@") ?? [];
      for (const file of REVOKING)
        scene.copy.replace(`policies/${file}`, /(['"])(sha256:0{64})\1/, `$1$2$1, $1${digest}$1`);
      await scene.shell.commit("Revoke");
      for (const line of ["kubectl apply -k policies/kubernetes", "kubectl apply -k policies/kyverno"])
        await scene.shell.must(line);
    },
    look: async (scene) => {
      const { old, patched } = scene;
      const [before, after] = [await admission(scene, old), await admission(scene, patched)];
      const done = before.seen.includes("image-source") && before.seen.includes("revoked") && after.done;
      return { done, seen: `${short(old ?? "")}: ${before.seen}; ${short(patched ?? "")}: ${after.seen}` };
    },
  },
];
