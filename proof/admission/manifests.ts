import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readTrust } from "pipeline/gates/trust";
import { parseAllDocuments } from "yaml";
import { ROOT } from "../repository-copy.ts";

export const NAMESPACE = "hardened-node-api";
/** Ours, as policies/trust.json has it. */
export const repository = (): string => readTrust(join(ROOT, "policies/trust.json")).repositories[0] ?? "";
/** Of no image: where nothing looks at a registry, any digest will do. */
export const DIGEST = `sha256:${"a".repeat(64)}`;
export const image = (): string => `${repository()}@${DIGEST}`;

// biome-ignore lint/suspicious/noExplicitAny: manifests are edited at will, also into what the API refuses
export type Manifest = { apiVersion: string; kind: string; metadata: any; spec: any };

/** What `kubectl apply -k` would send. The zeros of the overlay stand for an image until a digest is given. */
export function overlay(name: "local" | "production", digest?: string, root = ROOT): Manifest[] {
  const text = execFileSync("kubectl", ["kustomize", join(root, "k8s/overlays", name)], { encoding: "utf8" });
  const filled = digest === undefined ? text : text.replace(/sha256:0{64}/, digest);
  return parseAllDocuments(filled).map((document) => document.toJS() as Manifest);
}

export const deploymentOf = (manifests: Manifest[]): Manifest => {
  const found = manifests.find(({ kind }) => kind === "Deployment");
  if (found === undefined) throw new TypeError("expected a Deployment");
  return found;
};

/** The pod that the Deployment would make. */
export function podOf({ metadata, spec }: Manifest, name = "pod"): Manifest {
  const { labels, annotations } = spec.template.metadata;
  const pod = { name, namespace: metadata.namespace, labels, ...(annotations === undefined ? {} : { annotations }) };
  return { apiVersion: "v1", kind: "Pod", metadata: pod, spec: structuredClone(spec.template.spec) };
}

/** A List, so that one kubectl call sends all. */
export const list = (items: Manifest[]) => ({ apiVersion: "v1", kind: "List", items });
