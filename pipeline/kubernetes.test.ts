import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { isMap, isScalar, parse, parseDocument } from "yaml";
import { type Profile, readProfile } from "./profile.ts";

// k8s/ is plain files; this holds the pod to profile.json, both ways, and its times to those of the image.
const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const quantity = (bytes: number) => `${bytes / 2 ** 20}Mi`;

/** Path in the pod's spec → value. A list of objects counts by name, any other list is one value. */
type Leaves = Record<string, unknown>;
const API = "containers.api";

/** What each field of the profile is in a pod. A new field does not compile until it has its line here. */
const rendered: { [field in keyof Profile]: (value: Profile[field]) => Leaves } = {
  schemaVersion: () => ({}),
  user: (user) => ({
    "securityContext.runAsUser": Number(user.split(":")[0]),
    "securityContext.runAsGroup": Number(user.split(":")[1]),
  }),
  readOnlyRootFilesystem: (on) => ({ [`${API}.securityContext.readOnlyRootFilesystem`]: on }),
  // Options and mode are docker's: an emptyDir has no mount options and is writable for everybody by itself.
  tmpfs: ({ path, sizeBytes }) => ({
    "volumes.tmp.emptyDir.sizeLimit": quantity(sizeBytes),
    [`${API}.volumeMounts.tmp.mountPath`]: path,
    [`${API}.env.TMPDIR.value`]: path,
  }),
  dropCapabilities: (drop) => ({ [`${API}.securityContext.capabilities.drop`]: drop }),
  noNewPrivileges: (on) => ({ [`${API}.securityContext.allowPrivilegeEscalation`]: !on }),
  memoryBytes: (bytes) => ({
    [`${API}.resources.limits.memory`]: quantity(bytes),
    [`${API}.resources.requests.memory`]: quantity(bytes), // equal: what is promised is never taken back
  }),
  cpus: (cpus) => ({ [`${API}.resources.limits.cpu`]: `${cpus * 1000}m` }),
  pidsLimit: () => ({}), // no field of a pod: podPidsLimit of the kubelet
  sysctls: (sysctls) =>
    Object.fromEntries(
      Object.entries(sysctls).map(([name, value]) => [`securityContext.sysctls.${name}.value`, value]),
    ),
  ulimits: () => ({}), // no field of a pod: the container runtime's own
};
const notInAPod = ["schemaVersion", "pidsLimit", "ulimits"];

/** What docker does unasked, or has no such thing, and a pod must say. */
const always: Leaves = {
  "securityContext.runAsNonRoot": true,
  "securityContext.seccompProfile.type": "RuntimeDefault",
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  serviceAccountName: "hardened-node-api",
  [`${API}.resources.limits.ephemeral-storage`]: "128Mi",
};

/** Which image, where it is reached, how it is asked and spread: judged by tests of its own, or hardens nothing. */
const own =
  /^(terminationGracePeriodSeconds|topologySpreadConstraints)$|^containers\.api\.(image|imagePullPolicy|ports\..*|\w+Probe\..*|env\.(DRAIN_DELAY_MS|SHUTDOWN_DEADLINE_MS)\.value|resources\.requests\.(cpu|ephemeral-storage))$/;

function leaves(value: unknown, path = ""): Leaves {
  if (value === null || typeof value !== "object") return { [path]: value };
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (!Array.isArray(value)) {
    return Object.assign({}, ...Object.entries(value).map(([key, item]) => leaves(item, below(key))));
  }
  if (!value.every((item) => typeof item === "object" && "name" in item)) return { [path]: value };
  return Object.assign({}, ...value.map(({ name, ...item }) => leaves(item, below(name))));
}

function differences(profile: Record<string, unknown>, pod: Leaves): string[] {
  const render = rendered as Record<string, ((value: unknown) => Leaves) | undefined>;
  const unknown = Object.keys(profile).filter((field) => render[field] === undefined);
  const wanted = Object.assign({}, always, ...Object.entries(profile).map(([field, value]) => render[field]?.(value)));
  const paths = new Set([...Object.keys(wanted), ...Object.keys(pod)].filter((path) => !own.test(path)));
  const changed = [...paths].filter((path) => !isDeepStrictEqual(pod[path], wanted[path]));
  return [
    ...unknown.map((field) => `profile.json: ${field} has no counterpart here`),
    ...changed.map((path) => `${path}: ${JSON.stringify(pod[path])}, expected ${JSON.stringify(wanted[path])}`),
  ];
}

type Deployment = { spec: { template: { spec: Record<string, unknown> } } };
const text = read("k8s/base/deployment.yaml");
const spec = (parse(text) as Deployment).spec.template.spec;
const pod = leaves(spec);
const hardening = Object.keys(pod).filter((path) => !own.test(path));
const profile = readProfile();

test("the pod is the profile and what docker does unasked, no more and no less", () => {
  expect(differences(profile, pod)).toEqual([]);
  expect(hardening.length).toBeGreaterThan(15);
});

test.each(hardening)("%s taken out or changed is noticed", (path) => {
  const { [path]: value, ...rest } = pod;
  const other = typeof value === "boolean" ? !value : "other";
  for (const weakened of [rest, { ...pod, [path]: other }]) {
    expect(differences(profile, weakened)).toEqual([expect.stringContaining(`${path}: `)]);
  }
});

test.each(Object.keys(profile).filter((field) => !notInAPod.includes(field)))(
  "%s differing in the profile is noticed",
  (field) => {
    const other: Partial<Record<string, unknown>> = {
      ...{ user: "0:0", readOnlyRootFilesystem: false, noNewPrivileges: false, dropCapabilities: [] },
      ...{ memoryBytes: 1 << 20, cpus: 4, sysctls: {}, tmpfs: { ...profile.tmpfs, sizeBytes: 1 << 20 } },
    };
    expect(other).toHaveProperty(field);
    expect(differences({ ...profile, [field]: other[field] }, pod)).not.toEqual([]);
  },
);

test("a field that only the profile has, and a privilege that only the pod has, are noticed", () => {
  expect(differences({ ...profile, newField: 0 }, pod)).toEqual(["profile.json: newField has no counterpart here"]);
  const privileged = { name: "api", securityContext: { privileged: true, capabilities: { add: ["SYS_ADMIN"] } } };
  for (const extra of [
    { hostNetwork: true },
    { hostPID: true },
    { shareProcessNamespace: true },
    { containers: [privileged] },
    { initContainers: [{ name: "first", image: "other" }] },
    { volumes: [{ name: "host", hostPath: { path: "/" } }] },
  ]) {
    expect(differences(profile, { ...pod, ...leaves(extra) }), JSON.stringify(extra)).not.toEqual([]);
  }
});

test("each hardening field has its reason on its line", () => {
  const document = parseDocument(text);
  const silent: string[] = [];
  const visit = (node: unknown, path: string) => {
    if (isMap(node)) {
      for (const { key, value } of node.items) visit(value, `${path}${path === "" ? "" : "."}${String(key)}`);
      return;
    }
    if (!isScalar(node) || node.range === undefined || node.range === null || !hardening.includes(path)) return;
    const end = text.indexOf("\n", node.range[1]);
    if (!/ # \w/.test(text.slice(node.range[0], end))) silent.push(path);
  };
  visit(document.getIn(["spec", "template", "spec"]), "");
  const container = document.getIn(["spec", "template", "spec", "containers", 0]);
  visit(container, API);
  // The identity is named once more in service-account.yaml, where its reason stands; the request repeats the limit.
  expect(silent).toEqual(["serviceAccountName", `${API}.resources.requests.memory`]);
});

test("the probes ask the path of the image's own HEALTHCHECK at its pace; readiness asks another", () => {
  const health = /path: "([^"]+)"/.exec(read("apps/api/src/healthcheck.ts"))?.[1];
  const line = /^HEALTHCHECK --interval=(\d+)s --timeout=(\d+)s .*--retries=(\d+) /m.exec(
    read("docker/4-signed.Dockerfile"),
  );
  const [interval, timeout, retries] = line?.slice(1).map(Number) ?? [];
  expect(pod).toMatchObject({
    [`${API}.livenessProbe.httpGet.path`]: health,
    [`${API}.startupProbe.httpGet.path`]: health,
    [`${API}.livenessProbe.periodSeconds`]: interval,
    [`${API}.livenessProbe.timeoutSeconds`]: timeout,
    [`${API}.livenessProbe.failureThreshold`]: retries,
    [`${API}.readinessProbe.httpGet.path`]: "/ready",
  });
  expect(health).toBe("/health");
  expect(pod).not.toHaveProperty([`${API}.livenessProbe.exec.command`]);
});

test("the pod is killed only after delay and deadline, and a probe notices the drain within the delay", () => {
  const drains = ({ ...leaf }: Leaves) => {
    const ms = Number(leaf[`${API}.env.DRAIN_DELAY_MS.value`]) + Number(leaf[`${API}.env.SHUTDOWN_DEADLINE_MS.value`]);
    return Number(leaf["terminationGracePeriodSeconds"]) * 1000 >= ms + 2000; // two seconds to flush and exit
  };
  expect(drains(pod)).toBe(true);
  expect(drains({ ...pod, terminationGracePeriodSeconds: 25 })).toBe(false);
  expect(drains({ ...pod, [`${API}.env.SHUTDOWN_DEADLINE_MS.value`]: "30000" })).toBe(false);
  expect(Object.keys(pod).filter((path) => path.includes("lifecycle"))).toEqual([]);
});

test.each(["local", "production"])("the overlay %s names the image by digest and takes nothing away", (overlay) => {
  type Kustomization = { patches?: { path: string }[] };
  const { patches = [], ...kustomization } = parse(read(`k8s/overlays/${overlay}/kustomization.yaml`)) as Kustomization;
  expect(kustomization).toEqual({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: ["../../base"],
    images: [
      {
        name: "hardened-node-api",
        newName: expect.stringMatching(/^[\w.:-]+\/.+/) as string,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      },
    ],
  });
  const patched = patches.map(({ path }) => parse(read(`k8s/overlays/${overlay}/${path}`)) as Deployment);
  const promises = {
    "template.spec.hostUsers": false,
    "template.spec.securityContext.appArmorProfile.type": "RuntimeDefault",
    "template.spec.securityContext.supplementalGroupsPolicy": "Strict",
  };
  expect(patched.map((patch) => leaves(patch.spec))).toEqual(overlay === "local" ? [] : [promises]);
});
