import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { ROOT } from "../repository-copy.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";
import { bad, badPods, workloads } from "./bad-pods.ts";
import { DIGEST, deploymentOf, list, type Manifest, NAMESPACE, overlay, podOf } from "./manifests.ts";
import { resourceDefinitions } from "./resource-definitions.ts";

// A real API server with no controller: what Pod Security and the backstop of policies/kubernetes admit and refuse. First
// Pod Security alone, then the backstop alone, then each of its policies taken away.
const missing = await bringTools(["etcd", "kube-apiserver", "kubectl"]);
void bringTools;
const { named, proves } = unless(missing);
const run = new Run("backstop-test");
let api: ApiServer;
let manifests: Manifest[];
let deployment: Manifest;
let good: Manifest;

const withoutNamespaces = () => manifests.filter(({ kind }) => kind !== "Namespace");
const refused = (pattern: RegExp | string) => ({ status: 1, output: expect.stringMatching(pattern) as string });
const admitted = { status: 0, output: expect.stringContaining("(server dry run)") as string };
const POLICIES = ["image-source", "pod-hardening", "image-exceptions"];

/** Until the API server enforces a policy, or no longer does. */
const enforced = (pod: Manifest, policy: string | null) =>
  api.until(
    ({ output }) => (policy === null ? output.includes("dry run") : output.includes(`'${policy}' with binding`)),
    () => api.attempt(pod),
  );
const one = (name: string) => {
  const found = badPods.find((candidate) => candidate.name === name);
  if (found === undefined) throw new TypeError(`expected a bad pod "${name}"`);
  return bad(good, found);
};

beforeAll(async () => {
  if (missing !== undefined) return;
  api = await startApiServer(run);
  manifests = overlay("production", DIGEST);
  deployment = deploymentOf(manifests);
  good = podOf(deployment);
  await api.done(["apply", "--validate=strict", "-f", "-"], list(manifests.filter(({ kind }) => kind === "Namespace")));
});
afterAll(() => run.close());

describe.skipIf(missing !== undefined)(named("the manifests"), () => {
  test("are what the API server's own schema allows, without a warning", async () => {
    const { status, output } = await api.kubectl(["apply", "--validate=strict", "-f", "-"], list(withoutNamespaces()));
    expect(output).not.toMatch(/warning/i);
    expect(status, output).toBe(0);
    expect(output).toContain("deployment.apps/hardened-node-api created");
    const local = list(overlay("local", DIGEST));
    expect(await api.kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", "-"], local)).toMatchObject({
      status: 0,
    });
  });

  test("a misspelt field is refused: it would silently harden nothing", async () => {
    const wrong = structuredClone(deployment);
    wrong.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true;
    const answer = await api.kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", "-"], wrong);
    expect(answer).toMatchObject(refused(/unknown field.*readOnlyRootFileSystem/));
  });
});

const goMissing =
  spawnSync("go", ["version"]).status === 0 ? undefined : "Policy Controller's schema comes as a Go module";

unless(missing ?? goMissing).proves(
  "Policy Controller's policy is what its own schema allows, and a misspelt field is not",
  async () => {
    const module = "github.com/sigstore/policy-controller";
    const files = resourceDefinitions(
      "proof/admission/policy-controller",
      module,
      "config/300-clusterimagepolicy.yaml",
    );
    const [definition] = parseAllDocuments(readFileSync(files[0] ?? "", "utf8")).map((document) => document.toJS());
    delete definition.spec.conversion; // its webhook is not here, and both versions have one schema
    await api.done(["apply", "--server-side", "-f", "-"], definition);
    await api.done(["wait", "--for=condition=Established", "customresourcedefinition", definition.metadata.name]);
    const text = readFileSync(join(ROOT, "policies/policy-controller/cluster-image-policy.yaml"), "utf8");
    const apply = (policy: string) =>
      api.kubectl(["apply", "--validate=strict", "--dry-run=server", "-f", "-"], policy);
    await api.until(
      ({ output }) => !output.includes("no matches for kind"),
      () => apply(text),
    );
    expect(await apply(text)).toMatchObject({ status: 0 });
    expect(await apply(text.replace("predicateType:", "predicateTyp:"))).toMatchObject(
      refused(/unknown field.*predicateTyp/),
    );
  },
);

describe.skipIf(missing !== undefined)(named("Pod Security"), () => {
  const local = () => deploymentOf(overlay("local", DIGEST));

  test("admits the good pod and refuses what is weaker than restricted, each by its field", async () => {
    const plain = podOf(local());
    expect(await api.attempt(plain)).toMatchObject(admitted);
    const answers = await Promise.all(badPods.map((pod) => api.attempt(bad(plain, pod))));
    for (const [index, { name, podSecurity }] of badPods.entries()) {
      const expected =
        podSecurity === null
          ? admitted
          : refused(new RegExp(`violates PodSecurity "restricted:v1.36".*${podSecurity.source}`));
      expect(answers[index], name).toMatchObject(expected);
    }
    expect(badPods.filter(({ podSecurity }) => podSecurity !== null).length).toBeGreaterThanOrEqual(8);
  });

  test("a weak Deployment is accepted with a warning: its pods would never appear", async () => {
    const weak = local();
    weak.metadata.name = "weak";
    weak.spec.template.spec.securityContext.runAsNonRoot = false;
    const { status, output } = await api.attempt(weak);
    expect(status).toBe(0);
    expect(output).toMatch(/^Warning: would violate PodSecurity/m);
  });

  test("lets root pass in a user namespace, where it is nobody on the node; only the backstop refuses it", async () => {
    expect(good.spec.hostUsers).toBe(false);
    for (const name of ["USER root", "user 0 by number"])
      expect(await api.attempt(one(name)), name).toMatchObject(admitted);
  });

  test("without its label on the namespace all of them are admitted", async () => {
    const labels = ["enforce", "warn", "audit"].map((mode) => `pod-security.kubernetes.io/${mode}-`);
    await api.done(["label", "namespace", NAMESPACE, ...labels]);
    await enforced(one("privilege escalation"), null);
    const answers = await Promise.all(badPods.map((pod) => api.attempt(bad(good, pod))));
    for (const [index, { name }] of badPods.entries()) expect(answers[index], name).toMatchObject(admitted);
  });
});

describe.skipIf(missing !== undefined)(named("the backstop"), () => {
  beforeAll(async () => {
    expect(await api.typed("kubectl apply -k policies/kubernetes")).toMatchObject({ status: 0 });
    await enforced(one("a foreign repository"), "image-source");
    await enforced(one("USER root"), "pod-hardening");
  });

  test("admits the good pod and every workload made of it", async () => {
    expect(await api.attempt(good)).toMatchObject(admitted);
    for (const workload of workloads(deployment))
      expect(await api.attempt(workload), workload.kind).toMatchObject(admitted);
  });

  test.each(badPods)("refuses $name", async (pod) => {
    const { status, output } = await api.attempt(bad(good, pod));
    expect(output).toContain(`ValidatingAdmissionPolicy '${pod.policy}' with binding '${pod.policy}' denied request`);
    expect(output).toContain(pod.message);
    expect(status).toBe(1);
  });

  test("refuses a bad template in every kind of workload", async () => {
    const foreign = structuredClone(deployment);
    foreign.spec.template.spec = one("a foreign repository").spec;
    const root = structuredClone(deployment);
    root.spec.template.spec = one("USER root").spec;
    const judged = await Promise.all(
      [...workloads(foreign), ...workloads(root)].map((workload) => api.attempt(workload)),
    );
    expect(judged).toHaveLength(16);
    for (const answer of judged) expect(answer).toMatchObject(refused(/not from an allowed|may run as root/));
  });

  test("refuses a foreign ephemeral container in a running pod, and admits one of the same image", async () => {
    await api.done(["create", "-f", "-"], podOf(deployment, "running"));
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/running/ephemeralcontainers`;
    const stored = JSON.parse(await api.done(["get", "--raw", path])) as Manifest;
    const { resources: _no, ports: _none, volumeMounts, ...container } = stored.spec.containers[0];
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) delete container[probe];
    const debug = (image: string) => {
      const changed = structuredClone(stored);
      changed.spec.ephemeralContainers = [{ ...container, volumeMounts, name: "debug", image }];
      return api.kubectl(["replace", "--raw", `${path}?dryRun=All`, "-f", "-"], changed);
    };
    expect(await debug(`docker.io/library/busybox@${DIGEST}`)).toMatchObject(refused("not from an allowed repository"));
    expect(await debug(container.image)).toMatchObject({ status: 0 });
  });

  test("a workload whose digest was revoked can still be scaled down and labelled, and brings no pod", async () => {
    const labels = { ...deployment.spec.template.metadata.labels, "pod-template-hash": "old" };
    const template = { ...deployment.spec.template, metadata: { ...deployment.spec.template.metadata, labels } };
    const metadata = { name: "old", namespace: NAMESPACE, labels };
    const spec = { replicas: 2, selector: { matchLabels: labels }, template };
    await api.done(["create", "-f", "-"], { apiVersion: "apps/v1", kind: "ReplicaSet", metadata, spec });
    await api.done(["create", "-f", "-"], podOf(deployment, "old"));
    const text = readFileSync(join(ROOT, "policies/kubernetes/image-source.yaml"), "utf8");
    const revoking = text.replace(/(?<='sha256:0{64}')/, `, '${DIGEST}'`);
    await api.done(["apply", "-f", "-"], revoking);
    await enforced(good, "image-source");
    expect(await api.attempt(good)).toMatchObject(refused("the digest of an image is revoked"));
    // What the Deployment's controller sends when it ends the old version.
    const there = [`--namespace=${NAMESPACE}`, "--dry-run=server"];
    const scale = () => api.kubectl(["patch", "replicaset", "old", ...there, '--patch={"spec":{"replicas":0}}']);
    expect(await scale()).toMatchObject({ status: 0 });
    expect(await api.kubectl(["label", "pod", "old", ...there, "team=other"])).toMatchObject({ status: 0 });
    const changed = structuredClone(deployment);
    changed.spec.template.metadata.annotations = { restarted: "now" };
    const apply = ["apply", "--dry-run=server", "-f", "-"];
    expect(await api.kubectl(apply, changed)).toMatchObject(refused("the digest of an image is revoked"));
    // Without the condition the old version could not be ended any more.
    const unconditional = revoking.replace(/^ {2}matchConditions:[\s\S]*?(?=^ {2}variables:)/m, "");
    expect(unconditional).not.toBe(revoking);
    await api.done(["apply", "-f", "-"], unconditional);
    await api.until(({ status }) => status === 1, scale);
    expect(await scale()).toMatchObject(refused("the digest of an image is revoked"));
    expect(await api.typed("kubectl apply -k policies/kubernetes")).toMatchObject({ status: 0 });
    await enforced(good, null);
  });

  test("writes each use of an exception into the API server's own log, with who it was", async () => {
    const excused = structuredClone(good);
    excused.metadata.name = "excused";
    excused.metadata.annotations = { "hardened-node-api/exception": "INC-1234" };
    const { output } = await api.attempt(excused);
    expect(output).toContain("runs under the exception INC-1234");
    const uses = api.audit().filter(({ annotations = {} }) => annotations["image-exceptions/exception"] === "INC-1234");
    expect(uses).toHaveLength(1);
    expect(uses[0]).toMatchObject({ user: { username: "admin" }, objectRef: { name: "excused" } });
  });

  test("policies judge only what is in them: each one deleted admits what it refused, and nothing else", async () => {
    for (const policy of POLICIES.slice(0, 2)) {
      await api.done(["delete", "validatingadmissionpolicybinding", policy]);
      const mine = badPods.filter((pod) => pod.policy === policy);
      await enforced(bad(good, mine[0] ?? (badPods[0] as never)), null);
      const answers = await Promise.all(mine.map((pod) => api.attempt(bad(good, pod))));
      for (const [index, { name }] of mine.entries()) expect(answers[index], name).toMatchObject(admitted);
      const left = POLICIES[POLICIES.indexOf(policy) + 1];
      const others = badPods.filter((pod) => pod.policy === left);
      for (const pod of others.slice(0, 3)) {
        expect(await api.attempt(bad(good, pod)), pod.name).toMatchObject(refused(pod.message));
      }
    }
  });

  test("another namespace is not judged, and ours cannot be relabelled out of it", async () => {
    await api.typed("kubectl apply -k policies/kubernetes");
    await enforced(one("a foreign repository"), "image-source");
    await api.done(["create", "namespace", "other"]);
    await api.done(["create", "serviceaccount", "--namespace=other", "default"]); // its controller is not here
    const elsewhere = one("a foreign repository");
    elsewhere.metadata.namespace = "other";
    delete elsewhere.spec.serviceAccountName;
    expect(await api.attempt(elsewhere)).toMatchObject(admitted);
    const label = ["label", "--overwrite", "namespace", NAMESPACE];
    await api.kubectl([...label, "kubernetes.io/metadata.name=other"]);
    expect(await api.attempt(one("a foreign repository"))).toMatchObject(refused("not from an allowed repository"));
  });

  test("refuses the overlay as it is committed, until somebody fills in a digest", async () => {
    const answer = await api.typed("kubectl apply -k k8s/overlays/production");
    expect(answer).toMatchObject(refused("the digest of an image is revoked"));
  });
});

proves("the policies name the namespace of the manifests", () => {
  for (const policy of POLICIES) {
    expect(readFileSync(join(ROOT, `policies/kubernetes/${policy}.yaml`), "utf8")).toContain(`values: [${NAMESPACE}]`);
  }
});
