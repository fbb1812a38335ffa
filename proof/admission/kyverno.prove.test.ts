import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepBundles } from "../attack-matrix/stored-bundle.ts";
import { startRegistry } from "../registry.ts";
import { workflow } from "../sigstore/claims.ts";
import { attest, sign } from "../sigstore/cosign.ts";
import { pushSmallImage } from "../sigstore/small-image.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";
import { workloads } from "./bad-pods.ts";
import { startKyverno } from "./kyverno.ts";
import { apply } from "./kyverno-cli.ts";
import { acceptingLocal, changed, localPolicies } from "./local-policies.ts";
import { deploymentOf, list, type Manifest, NAMESPACE, overlay, podOf } from "./manifests.ts";
import { database, statements } from "./statements.ts";

// Kyverno on really signed and unsigned images of a registry on loopback, trusting a Sigstore on loopback: first its
// command line, then its controller on a real API server. Nothing of the policies is changed but addresses.
const missing = await bringTools([
  ...SIGSTORE_TOOLS,
  ...["crane", "docker-registry", "etcd", "kube-apiserver", "kubectl", "kyverno", "kyverno-cli"],
]);
const { named } = unless(missing);
const run = new Run("kyverno-test");
let sigstore: Sigstore;
let registry: string;
let repository: string;
let images: object[];
let ephemeral: object[];
let deployment: Manifest;
/** The same workflow on a branch whose name only begins like ours. */
const OTHER = `${workflow()}-evil`;
/** References by digest. */
const image = { signed: "", unsigned: "", sbomOnly: "", otherIdentity: "" };
const UNCOMMITTED = "built from uncommitted changes, or the provenance does not say";
const FIXTURE = "the scan was made with a fixture for a database, or does not name its database";
/** Released like any other, and one statement is another; whether that passes where a local origin does. */
const stated: Record<string, { said: Parameters<typeof statements>[1]; refusal: string; local: "pass" | "fail" }> = {
  uncommitted: { said: { internalParameters: { uncommittedChanges: true } }, refusal: UNCOMMITTED, local: "pass" },
  "unsaid-changes": { said: { internalParameters: {} }, refusal: UNCOMMITTED, local: "fail" },
  "no-parameters": { said: { internalParameters: undefined }, refusal: UNCOMMITTED, local: "fail" },
  fixture: { said: { descriptor: database("fixture of a test") }, refusal: FIXTURE, local: "pass" },
  "empty-name": { said: { descriptor: database("") }, refusal: FIXTURE, local: "fail" },
  "no-database": { said: { descriptor: {} }, refusal: FIXTURE, local: "fail" },
  "no-descriptor": { said: { descriptor: undefined }, refusal: FIXTURE, local: "fail" },
};

beforeAll(async () => {
  if (missing !== undefined) return;
  [registry, sigstore] = await Promise.all([startRegistry(run), startSigstore(run)]);
  repository = `${registry}/hardened-node-api`;
  for (const name of Object.keys(image) as (keyof typeof image)[]) image[name] = pushSmallImage(repository, name);
  const all = statements(sigstore.identity);
  sign(sigstore, image.signed);
  for (const [type, predicate] of Object.entries(all)) attest(sigstore, image.signed, type, predicate);
  sign(sigstore, image.otherIdentity, sigstore.as({ job_workflow_ref: OTHER }));
  const [sbom = ""] = Object.keys(all);
  attest(sigstore, image.sbomOnly, sbom, all[sbom] ?? {});
  images = localPolicies("kyverno/images.yaml", repository, sigstore);
  ephemeral = localPolicies("kyverno/ephemeral-images.yaml", repository, sigstore);
  deployment = deploymentOf(overlay("production", image.signed.split("@")[1]));
  deployment.spec.template.spec.containers[0].image = image.signed;
});
afterAll(async () => {
  await sigstore?.[Symbol.asyncDispose]();
  run.close();
});

/** The pod of the Deployment, edited. */
function pod(
  name: string,
  edit: (spec: Manifest["spec"], metadata: Manifest["metadata"]) => unknown = () => undefined,
) {
  const made = podOf(deployment, name);
  edit(made.spec, made.metadata);
  return made;
}
const runs = (reference: string) => (spec: Manifest["spec"]) => Object.assign(spec.containers[0], { image: reference });
const only = (results: Record<string, { result: string; message: string }[]>, key: string) => {
  expect(results[key], key).toHaveLength(1); // one policy judged it, and it did
  return results[key]?.[0];
};

describe.skipIf(missing !== undefined)(named("Kyverno's command line"), () => {
  test("passes what is signed and refuses what is not, wherever in a pod and in every workload", async () => {
    const unsigned = structuredClone(deployment);
    unsigned.spec.template.spec.containers[0].image = image.unsigned;
    const builtIn = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"];
    const workloadsOf = (of: Manifest, suffix: string) =>
      workloads(of)
        .filter(({ kind }) => builtIn.includes(kind))
        .map((workload) => ({ ...workload, metadata: { ...workload.metadata, name: suffix } }));
    const helper = (reference: string) => ({ name: "helper", image: reference });
    const refused: Record<string, [Manifest, string]> = {
      unsigned: [pod("unsigned", runs(image.unsigned)), "not signed by the release workflow"],
      alias: [
        pod("alias", runs(image.unsigned.replace("127.0.0.1", "localhost"))),
        "not signed by the release workflow",
      ],
      "other-identity": [pod("other-identity", runs(image.otherIdentity)), "not signed by the release workflow"],
      "sbom-only": [pod("sbom-only", runs(image.sbomOnly)), "no sign statement of the release workflow"],
      tag: [pod("tag", runs(`${repository}:latest`)), "does not have a digest"],
      init: [
        pod("init", (spec) => Object.assign(spec, { initContainers: [helper(image.unsigned)] })),
        "not signed by the release workflow",
      ],
      volume: [
        pod("volume", (spec) => spec.volumes.push({ name: "code", image: { reference: image.unsigned } })),
        "not signed by the release workflow",
      ],
    };
    const passed = [
      pod("good"),
      pod("good-init", (spec) => Object.assign(spec, { initContainers: [helper(image.signed)] })),
      pod("good-volume", (spec) => spec.volumes.push({ name: "code", image: { reference: image.signed } })),
      ...workloadsOf(deployment, "good"),
    ];
    const bad = [...Object.values(refused).map(([manifest]) => manifest), ...workloadsOf(unsigned, "unsigned")];
    const { judged, status, results } = await apply(run, images, [...passed, ...bad]);
    expect({ judged, status }).toEqual({ judged: passed.length + bad.length, status: 1 });
    for (const { kind, metadata } of passed) {
      expect(only(results, `${kind}/${metadata.name}`), `${kind}/${metadata.name}`).toMatchObject({ result: "pass" });
    }
    for (const [name, [, message]] of Object.entries(refused)) {
      const expected = { result: "fail", message: expect.stringContaining(message) as string };
      expect(only(results, `Pod/${name}`), name).toMatchObject(expected);
    }
    for (const kind of builtIn) {
      expect(only(results, `${kind}/unsigned`), kind).toMatchObject({ result: "fail" });
    }
  });

  test.each([
    ["another identity", "release.yml@refs/heads/main", "release.yml@refs/heads/main-evil", "not signed by"],
    ["a builder that is another", "builder.id == 'https://", "builder.id == 'https://www.", "built by another builder"],
    [
      "a base that was rebuilt locally",
      "annotations.origin == 'registry'",
      "annotations.origin == 'other'",
      "on a base",
    ],
    ["a run time that the SBOM lacks", "p.name == 'node'", "p.name == 'deno'", "the SBOM does not name node"],
    ["one that CycloneDX lacks", "c.name == 'node'", "c.name == 'deno'", "the CycloneDX SBOM does not name node"],
    ["a scan that is too old", "duration('192h')", "duration('0s')", "the scan is older than"],
    [
      "a vulnerability that is too grave",
      "'Medium', 'Low', 'Negligible'",
      "'Medium', 'Negligible'",
      "critical or high",
    ],
    ["an audit that did not pass", "== 'PASSED'", "== 'FAILED'", "audit of the image did not pass"],
  ])("%s: the same image is refused when the policy asks for what it has not", async (_, piece, by, message) => {
    const strict = await apply(run, changed(images, piece, by), [pod("good")]);
    expect(strict.judged).toBe(1);
    const expected = { result: "fail", message: expect.stringContaining(message) as string };
    expect(only(strict.results, "Pod/good")).toMatchObject(expected);
  });

  test("a fixture's scan and uncommitted changes are refused, unless local origin is accepted, silence always", async () => {
    const pods = Object.entries(stated).map(([name, { said }]) => {
      const reference = pushSmallImage(repository, name);
      sign(sigstore, reference);
      for (const [type, predicate] of Object.entries(statements(sigstore.identity, said)))
        attest(sigstore, reference, type, predicate);
      return pod(name, runs(reference));
    });
    const { judged, results } = await apply(run, images, [pod("good"), ...pods]);
    const local = await apply(run, acceptingLocal(images), [pod("good"), ...pods]);
    expect([judged, local.judged]).toEqual([pods.length + 1, pods.length + 1]);
    for (const { results: of } of [{ results }, local]) expect(only(of, "Pod/good")).toMatchObject({ result: "pass" });
    for (const [name, { refusal, local: result }] of Object.entries(stated)) {
      expect(only(results, `Pod/${name}`), name).toMatchObject({ result: "fail", message: refusal });
      expect(only(local.results, `Pod/${name}`), name).toMatchObject({ result });
    }
  });

  test("a rule taken out admits what only it refused", async () => {
    const without = structuredClone(images) as { spec: { validations: { message: string }[] } }[];
    for (const { spec } of without)
      spec.validations = spec.validations.filter(({ message }) => message === "no SBOM of the release workflow");
    const { judged, results } = await apply(run, without, [pod("sbom-only", runs(image.sbomOnly))]);
    expect(judged).toBe(1);
    expect(only(results, "Pod/sbom-only")).toMatchObject({ result: "pass" });
  });

  test("who signed is compared exactly: the other identity signed, and only a policy that names it sees that", async () => {
    const trusting = changed(images, "release.yml@refs/heads/main", "release.yml@refs/heads/main-evil");
    const { results } = await apply(run, trusting, [pod("other-identity", runs(image.otherIdentity))]);
    expect(only(results, "Pod/other-identity")).toMatchObject({ message: "no SBOM of the release workflow" });
  });

  test("a revoked digest is refused although it is signed", async () => {
    const digest = image.signed.split("@")[1] ?? "";
    const revoked = changed(images, `sha256:${"0".repeat(64)}`, digest);
    const { results } = await apply(run, revoked, [pod("good")]);
    expect(only(results, "Pod/good")).toMatchObject({ result: "fail", message: "the digest of an image is revoked" });
  });

  test("an exception excuses one digest, in a pod that names it, until its end", async () => {
    const digest = image.unsigned.split("@")[1] ?? "";
    const excusing = (name: string, expires: string, of = digest) =>
      changed(
        images,
        "{'': {'name': '', 'expires': '1970-01-01T00:00:00Z'}}",
        `{'${of}': {'name': '${name}', 'expires': '${expires}'}}`,
      );
    const hour = 3_600_000;
    const later = new Date(Date.now() + hour).toISOString();
    const excused = pod("excused", (spec, metadata) => {
      runs(image.unsigned)(spec);
      metadata.annotations = { "hardened-node-api/exception": "INC-1234" };
    });
    const verdict = async (policies: object[], manifest: Manifest) => {
      const { results } = await apply(run, policies, [manifest]);
      return only(results, `Pod/${manifest.metadata.name}`)?.result;
    };
    expect(await verdict(excusing("INC-1234", later), excused)).toBe("pass");
    expect(await verdict(excusing("INC-1234", new Date(Date.now() - hour).toISOString()), excused)).toBe("fail");
    expect(await verdict(excusing("INC-9999", later), excused)).toBe("fail");
    expect(await verdict(excusing("INC-1234", later, `sha256:${"c".repeat(64)}`), excused)).toBe("fail");
    expect(await verdict(excusing("INC-1234", later), pod("unnamed", runs(image.unsigned)))).toBe("fail");
  });

  test("a policy that it cannot read is no verdict: no rule ran, and it ends with 0", async () => {
    const { judged, status } = await apply(
      run,
      ["kind: ImageValidatingPolicy\nspec: {"],
      [pod("unsigned", runs(image.unsigned))],
    );
    expect({ judged, status }).toEqual({ judged: 0, status: 0 });
  });

  test("a second resource beside pods switches the rules for Deployments off: hence two policies", async () => {
    const unsigned = structuredClone(deployment);
    unsigned.spec.template.spec.containers[0].image = image.unsigned;
    const both = structuredClone(images) as {
      spec: { matchConstraints: { resourceRules: { resources: string[] }[] } };
    }[];
    both[0]?.spec.matchConstraints.resourceRules[0]?.resources.push("pods/ephemeralcontainers");
    const { results } = await apply(run, both, [unsigned, pod("unsigned", runs(image.unsigned))]);
    expect(Object.keys(results)).toEqual(["Pod/unsigned"]);
  });
});

const admitted = { status: 0 };
const refused = (message: string) => ({ status: 1, output: expect.stringContaining(message) as string });

/** An API server with the namespace of the manifests, and Kyverno beside it. */
async function startCluster(...flags: string[]): Promise<ApiServer> {
  const api = await startApiServer(run);
  const manifests = overlay("production").filter(({ kind }) => ["Namespace", "ServiceAccount"].includes(kind));
  await api.done(["apply", "-f", "-"], list(manifests));
  await startKyverno(run, api, { flags });
  return api;
}

/** Waits until the image policies are enforced, or no longer are. */
const enforced = (api: ApiServer, wanted: boolean) =>
  api.until(
    ({ status, output }) => (wanted ? output.includes("not signed by the release workflow") : status === 0),
    () => api.attempt(pod("unsigned", runs(image.unsigned))),
  );

describe.skipIf(missing !== undefined)(named("Kyverno's controller on a real API server"), () => {
  let api: ApiServer;

  beforeAll(async () => {
    api = await startCluster();
    const backstop = ["image-source", "pod-hardening"].flatMap((name) =>
      localPolicies(`kubernetes/${name}.yaml`, repository, sigstore),
    );
    expect(await api.typed("kubectl apply -k policies/kyverno")).toMatchObject({ status: 0 });
    await api.done(["apply", "-f", "-"], list([...backstop, ...images, ...ephemeral] as Manifest[]));
    await enforced(api, true);
  });

  test("admits the signed pod, and with it the Deployment", async () => {
    expect(await api.attempt(pod("good"))).toMatchObject(admitted);
    expect(await api.attempt(deployment)).toMatchObject(admitted);
  });

  test("keeps no image with these statements, as small as its memory is by default: gone, it is refused", async () => {
    expect(await api.attempt(pod("good"))).toMatchObject(admitted);
    const putBack = await keepBundles(image.signed, () => false);
    const answer = await api.attempt(pod("good"));
    await putBack();
    expect(answer).toMatchObject({ status: 1, output: expect.stringMatching(/not signed by|no .* of the release/) });
    expect(await api.attempt(pod("good"))).toMatchObject(admitted);
  });

  test("refuses unsigned containers, init containers, image volumes and Deployments", async () => {
    const unsigned = structuredClone(deployment);
    unsigned.metadata.name = "unsigned";
    unsigned.spec.template.spec.containers[0].image = image.unsigned;
    const init = (spec: Manifest["spec"]) => {
      const { startupProbe: _s, livenessProbe: _l, readinessProbe: _r, ...container } = spec.containers[0];
      spec.initContainers = [{ ...container, name: "first", image: image.unsigned }];
    };
    for (const bad of [
      pod("unsigned", runs(image.unsigned)),
      pod("init", init),
      pod("volume", (spec) => spec.volumes.push({ name: "code", image: { reference: image.unsigned } })),
      unsigned,
    ]) {
      expect(await api.attempt(bad), bad.metadata.name).toMatchObject(refused("not signed by the release workflow"));
    }
    expect(await api.attempt(pod("sbom-only", runs(image.sbomOnly)))).toMatchObject(refused("no sign statement"));
  });

  test("refuses an unsigned ephemeral container in a running pod, and admits a signed one", async () => {
    await api.done(["create", "-f", "-"], pod("running"));
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/running/ephemeralcontainers`;
    const stored = JSON.parse(await api.done(["get", "--raw", path])) as Manifest;
    const debug = (reference: string) => {
      const { name: _name, image: _image, securityContext } = stored.spec.containers[0];
      const next = structuredClone(stored);
      next.spec.ephemeralContainers = [{ name: "debug", image: reference, securityContext }];
      return api.kubectl(["replace", "--raw", `${path}?dryRun=All`, "-f", "-"], next);
    };
    expect(await debug(image.unsigned)).toMatchObject(refused("not signed by the release workflow"));
    expect(await debug(image.signed)).toMatchObject(admitted);
  });

  test("an old pod may still be labelled: only another spec is judged again", async () => {
    await api.done(["label", "pod", "running", `--namespace=${NAMESPACE}`, "team=other"]);
  });

  test("with the image policies deleted the unsigned image runs, and the backstop still refuses a foreign repository", async () => {
    await api.done(["delete", "imagevalidatingpolicies", "--all"]);
    await enforced(api, false);
    const foreign = pod("foreign", runs(image.unsigned.replace("hardened-node-api@", "other@")));
    expect(await api.attempt(foreign)).toMatchObject(refused("not from an allowed repository"));
    const root = pod("root", (spec) => Object.assign(spec.securityContext, { runAsUser: 0 }));
    expect(await api.attempt(root)).toMatchObject(refused("user and group must be numbers above 0"));
  });
});

describe.skipIf(missing !== undefined)(named("Kyverno's memory of verifications"), () => {
  test("with room for them admits what lost its statements since, until the policy changes; revoking counts at once", async () => {
    const api = await startCluster("--imageVerifyCacheMaxSize=100000");
    await api.done(["apply", "-f", "-"], list(images as Manifest[]));
    await enforced(api, true);
    expect(await api.attempt(pod("good"))).toMatchObject(admitted);
    const putBack = await keepBundles(image.signed, () => false);
    expect(await api.attempt(pod("another"))).toMatchObject(admitted);
    const becomes = (wanted: string) =>
      api.until(
        ({ output }) => output.includes(wanted),
        () => api.attempt(pod("good")),
      );
    await api.done(["annotate", "imagevalidatingpolicy", "images", "verified=again"]);
    await becomes("not signed by the release workflow");
    await putBack();
    await becomes("pod/good created");
    const revoked = changed(images, `sha256:${"0".repeat(64)}`, image.signed.split("@")[1] ?? "");
    await api.done(["apply", "-f", "-"], list(revoked as Manifest[]));
    await becomes("the digest of an image is revoked");
  });
});
