import { DIGEST, image, type Manifest, repository } from "./manifests.ts";

// biome-ignore lint/suspicious/noExplicitAny: a pod's spec, edited into what must be refused
type Spec = any;

/** One thing wrong with an otherwise good pod. */
export type BadPod = {
  name: string;
  edit: (spec: Spec) => void;
  /** What Pod Security "restricted" says about it; null: it has no opinion. */
  podSecurity: RegExp | null;
  policy: "image-source" | "pod-hardening";
  message: string;
};

const FOREIGN = `docker.io/library/node@${DIGEST}`;

/** A second container like the first; one that runs to its end has no probes. */
function helper(spec: Spec, image: string): Spec {
  const { startupProbe: _s, livenessProbe: _l, readinessProbe: _r, ...container } = structuredClone(spec.containers[0]);
  return { ...container, name: "helper", image };
}

/** Each differs from the good pod in one thing. */
export const badPods: BadPod[] = [
  {
    name: "USER root",
    edit: (spec) => Object.assign(spec.securityContext, { runAsNonRoot: false }),
    podSecurity: /runAsNonRoot != true/,
    policy: "pod-hardening",
    message: "no container may run as root",
  },
  {
    name: "user 0 by number",
    edit: (spec) => Object.assign(spec.securityContext, { runAsUser: 0 }),
    podSecurity: /runAsUser=0/,
    policy: "pod-hardening",
    message: "user and group must be numbers above 0",
  },
  {
    name: "group 0",
    edit: (spec) => Object.assign(spec.securityContext, { runAsGroup: 0 }),
    podSecurity: null,
    policy: "pod-hardening",
    message: "user and group must be numbers above 0",
  },
  {
    name: "no number for the user",
    edit: (spec) => delete spec.securityContext.runAsUser,
    podSecurity: null,
    policy: "pod-hardening",
    message: "user and group must be numbers above 0",
  },
  {
    name: "writable root",
    edit: (spec) => Object.assign(spec.containers[0].securityContext, { readOnlyRootFilesystem: false }),
    podSecurity: null,
    policy: "pod-hardening",
    message: "the root file system must be read-only",
  },
  {
    name: "privilege escalation",
    edit: (spec) => Object.assign(spec.containers[0].securityContext, { allowPrivilegeEscalation: true }),
    podSecurity: /allowPrivilegeEscalation != false/,
    policy: "pod-hardening",
    message: "no privilege may be gained",
  },
  {
    name: "capabilities kept",
    edit: (spec) => delete spec.containers[0].securityContext.capabilities,
    podSecurity: /unrestricted capabilities/,
    policy: "pod-hardening",
    message: "all capabilities must be dropped and none added",
  },
  {
    name: "a capability added",
    edit: (spec) => Object.assign(spec.containers[0].securityContext.capabilities, { add: ["NET_BIND_SERVICE"] }),
    podSecurity: null, // the one that "restricted" lets pass
    policy: "pod-hardening",
    message: "all capabilities must be dropped and none added",
  },
  {
    name: "no seccomp filter",
    edit: (spec) => delete spec.securityContext.seccompProfile,
    podSecurity: /seccompProfile/,
    policy: "pod-hardening",
    message: "system calls must be filtered",
  },
  {
    name: "the node's processes",
    edit: (spec) => {
      delete spec.hostUsers; // the API refuses the two together before any policy
      spec.hostPID = true;
    },
    podSecurity: /host namespaces/,
    policy: "pod-hardening",
    message: "nothing of the node may be shared",
  },
  {
    name: "the node's files",
    edit: (spec) => spec.volumes.push({ name: "node", hostPath: { path: "/" } }),
    podSecurity: /hostPath/,
    policy: "pod-hardening",
    message: "nothing of the node may be shared",
  },
  {
    name: "a token",
    edit: (spec) => delete spec.automountServiceAccountToken,
    podSecurity: null,
    policy: "pod-hardening",
    message: "no service account token",
  },
  {
    name: "a token by a projected volume",
    edit: (spec) =>
      spec.volumes.push({ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }),
    podSecurity: null,
    policy: "pod-hardening",
    message: "no service account token",
  },
  {
    name: "service links",
    edit: (spec) => delete spec.enableServiceLinks,
    podSecurity: null,
    policy: "pod-hardening",
    message: "no addresses of other Services",
  },
  {
    name: "no memory limit",
    edit: (spec) => delete spec.containers[0].resources.limits.memory,
    podSecurity: null,
    policy: "pod-hardening",
    message: "every container needs limits",
  },
  {
    name: "an emptyDir without end",
    edit: (spec) => Object.assign(spec.volumes[0], { emptyDir: {} }),
    podSecurity: null,
    policy: "pod-hardening",
    message: "an emptyDir needs a sizeLimit",
  },
  {
    name: "an init container as root",
    edit: (spec) => {
      const first = helper(spec, image());
      first.securityContext.runAsNonRoot = false;
      spec.initContainers = [first];
    },
    podSecurity: /runAsNonRoot != true/,
    policy: "pod-hardening",
    message: "no container may run as root",
  },
  {
    name: "a tag",
    edit: (spec) => Object.assign(spec.containers[0], { image: `${repository()}:latest` }),
    podSecurity: null,
    policy: "image-source",
    message: "every image must be named by digest",
  },
  {
    name: "a foreign repository",
    edit: (spec) => Object.assign(spec.containers[0], { image: FOREIGN }),
    podSecurity: null,
    policy: "image-source",
    message: `not from an allowed repository: ${FOREIGN}`,
  },
  {
    name: "the same digest under another registry name",
    edit: (spec) =>
      Object.assign(spec.containers[0], { image: `ghcr.io.example.com/acme/hardened-node-api@${DIGEST}` }),
    podSecurity: null,
    policy: "image-source",
    message: "not from an allowed repository",
  },
  {
    name: "a repository whose name only begins like ours",
    edit: (spec) => Object.assign(spec.containers[0], { image: `${repository()}-evil@${DIGEST}` }),
    podSecurity: null,
    policy: "image-source",
    message: "not from an allowed repository",
  },
  {
    name: "a foreign init container",
    edit: (spec) => Object.assign(spec, { initContainers: [helper(spec, FOREIGN)] }),
    podSecurity: null,
    policy: "image-source",
    message: "not from an allowed repository",
  },
  {
    name: "a foreign image as a volume",
    edit: (spec) => spec.volumes.push({ name: "code", image: { reference: FOREIGN } }),
    podSecurity: null, // "restricted" lists the allowed kinds of volume, and this is one
    policy: "image-source",
    message: "not from an allowed repository",
  },
  {
    name: "a revoked digest",
    edit: (spec) => Object.assign(spec.containers[0], { image: `${repository()}@sha256:${"0".repeat(64)}` }),
    podSecurity: null,
    policy: "image-source",
    message: "the digest of an image is revoked",
  },
];

/** The good pod with one thing wrong. */
export function bad(good: Manifest, { edit }: BadPod): Manifest {
  const pod = structuredClone(good);
  edit(pod.spec);
  return pod;
}

/** The same template in every kind of workload that makes pods. */
export function workloads({ spec, metadata }: Manifest): Manifest[] {
  const { selector, template } = structuredClone(spec);
  const of = (apiVersion: string, kind: string, rest: object) => ({
    apiVersion,
    kind,
    metadata: { name: kind.toLowerCase(), namespace: metadata.namespace },
    spec: rest,
  });
  const once = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
  return [
    of("apps/v1", "Deployment", { selector, template }),
    of("apps/v1", "StatefulSet", { selector, template, serviceName: "none" }),
    of("apps/v1", "DaemonSet", { selector, template }),
    of("apps/v1", "ReplicaSet", { selector, template }),
    of("batch/v1", "Job", { template: once }),
    of("batch/v1", "CronJob", { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: once } } }),
    of("v1", "ReplicationController", { selector: template.metadata.labels, template }),
    { ...of("v1", "PodTemplate", {}), spec: undefined, template } as Manifest,
  ];
}
