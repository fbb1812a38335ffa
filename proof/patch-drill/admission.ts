import { deploymentOf, type Manifest, NAMESPACE, overlay, podOf } from "../admission/manifests.ts";
import type { Scene } from "./scene.ts";
import type { Look } from "./step.ts";

/** The Deployment as the copy's overlay has it now. */
export const wanted = ({ copy }: Scene): Manifest => deploymentOf(overlay("production", undefined, copy.root));

/** A pod of the Deployment that runs this image. */
export function podWith(scene: Scene, image: string, name: string): Manifest {
  const pod = podOf(wanted(scene), name);
  pod.spec.containers[0].image = image;
  return pod;
}

/** What the API server says to a new pod of this image: that it is admitted, or who refused it and why. */
export async function admission(scene: Scene, image = ""): Promise<Look> {
  if (image === "") return { done: false, seen: "there is no such image yet" };
  const { status, output } = await scene.api.attempt(podWith(scene, image, "next"));
  if (status === 0) return { done: true, seen: "admitted" };
  const [, who, why] =
    /(?:admission webhook|ValidatingAdmissionPolicy) ["']([^"']+)["'].*?denied (?:the )?request: (.*)/.exec(output) ??
    [];
  return { done: false, seen: `refused by ${who ?? "the API server"}: ${why ?? output.trim()}` };
}

/**
 * Waits until both engines judge: a digest that nobody signed is refused by the API server, another by Kyverno.
 * @throws ToolError with what was said, when one of them does not in time
 */
export async function enforced(scene: Scene): Promise<void> {
  const unsigned = { "image-source": "0".repeat(64), kyverno: "a".repeat(64) };
  for (const [who, digest] of Object.entries(unsigned)) {
    const pod = podWith(scene, `${scene.repository}@sha256:${digest}`, "unsigned");
    await scene.api.until(
      ({ output }) => output.includes(who),
      () => scene.api.attempt(pod),
    );
  }
}

/**
 * Creates the ReplicaSet and one pod that a Deployment's controller would make of it; there is no controller here. What
 * refuses them is seen by whoever looks for them.
 */
export async function started(scene: Scene, image: string, name: string): Promise<void> {
  const deployment = wanted(scene);
  const labels = { ...deployment.spec.template.metadata.labels, "pod-template-hash": name };
  const template = { ...deployment.spec.template, metadata: { ...deployment.spec.template.metadata, labels } };
  template.spec.containers[0].image = image;
  const set = {
    ...{ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name, namespace: NAMESPACE, labels } },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
  for (const object of [set, podWith(scene, image, name)]) await scene.api.kubectl(["create", "-f", "-"], object);
}

/** What kubectl prints of an object; empty when there is none. */
export async function stored(scene: Scene, kind: string, name: string, path: string): Promise<string> {
  const args = ["get", kind, name, `--namespace=${NAMESPACE}`, "--ignore-not-found", `--output=jsonpath={${path}}`];
  return scene.api.done(args);
}
