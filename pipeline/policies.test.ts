import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";

// Every policy says the same as policies/trust.json, and the engines say the same as each other.
const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, "policies", file), "utf8");
type Rule = { expression: string; message: string };
type Policy = {
  metadata: { name: string };
  spec: {
    failurePolicy?: string;
    validationActions?: string[];
    matchConstraints?: object;
    matchConditions?: object[];
    matchResources?: object;
    variables?: { name: string; expression: string }[];
    validations?: Rule[];
    attestations?: { name: string; intoto: { type: string } }[];
    authorities?: { attestations: { predicateType: string }[] }[];
  };
};
const policies = (file: string) => parseAllDocuments(read(file)).map((document) => document.toJS() as Policy);
const only = (file: string): Policy => {
  const [policy] = policies(file);
  if (policy === undefined) throw new TypeError(`expected a policy in ${file}`);
  return policy;
};
const variable = (file: string, name: string) =>
  only(file).spec.variables?.find((candidate) => candidate.name === name)?.expression;

type Trust = {
  issuer: string;
  identity: string;
  maxScanAgeHours: number;
  origins: string[];
  repositories: string[];
  requires: string[];
  revoked: string[];
};
const trust = JSON.parse(read("trust.json")) as Trust;
const kyverno = ["kyverno/images.yaml", "kyverno/ephemeral-images.yaml"];
const controller = "policy-controller/cluster-image-policy.yaml";
const backstop = ["image-source", "pod-hardening", "image-exceptions"].map((name) => `kubernetes/${name}.yaml`);

/** Predicate types of which the policy asks for a statement. Kyverno: declared, and verified by a rule. */
function requiredBy({ spec }: Policy): string[] {
  const rules = spec.validations?.map(({ expression }) => expression).join("\n") ?? "";
  const ofKyverno = spec.attestations?.filter(({ name }) =>
    rules.includes(`.map(i, verifyAttestationSignatures(i, attestations.${name}, [attestors.release])).all(n, n > 0)`),
  );
  const ofController = spec.authorities?.flatMap(({ attestations }) => attestations);
  const types = ofKyverno?.map(({ intoto }) => intoto.type) ?? ofController?.map(({ predicateType }) => predicateType);
  return types ?? [];
}

/** The policy without what asks for statements of that type. */
function without(policy: Policy, type: string): Policy {
  const changed = structuredClone(policy);
  const name = policy.spec.attestations?.find(({ intoto }) => intoto.type === type)?.name;
  const asks = ({ expression }: Rule) => expression.includes(`Signatures(i, attestations.${name},`);
  if (changed.spec.validations) changed.spec.validations = changed.spec.validations.filter((rule) => !asks(rule));
  for (const authority of changed.spec.authorities ?? [])
    authority.attestations = authority.attestations.filter(({ predicateType }) => predicateType !== type);
  return changed;
}

describe.each([...kyverno, controller])("%s", (file) => {
  const text = read(file);

  test("accepts issuer and identity of trust.json exactly, and names no other", () => {
    expect([...text.matchAll(/ issuer: (\S+)/g)].map(([, issuer]) => issuer)).toEqual([trust.issuer]);
    expect([...text.matchAll(/ subject: (\S+)/g)].map(([, subject]) => subject)).toEqual([trust.identity]);
    expect([...text.matchAll(/https:\/\/github\.com\/[^\s'"]+/g)].map(([url]) => url)).toEqual([
      trust.identity,
      trust.identity, // the builder in the provenance
    ]);
    expect(text).not.toMatch(/RegExp|subjectExpression/);
  });

  test("asks for every statement, for a passed audit and for a scan of the age in trust.json", () => {
    const policy = only(file);
    expect(new Set(requiredBy(policy))).toEqual(new Set(trust.requires));
    for (const type of trust.requires) expect(requiredBy(without(policy, type)), type).not.toContain(type);
    expect(text).toMatch(
      new RegExp(`duration\\(["']${trust.maxScanAgeHours}h["']\\)|- ${trust.maxScanAgeHours} \\* 3600`),
    );
    expect(text).toMatch(/"PASSED"|'PASSED'/);
    expect(text.replaceAll("'", '"')).toContain('"Medium", "Low", "Negligible", "Unknown"'); // any other blocks
  });
});

test("the origins of a base that both engines accept are those of trust.json, and with them real scans of commits", () => {
  expect(trust.origins).toEqual(["registry"]);
  for (const file of [...kyverno, controller]) {
    const text = read(file).replaceAll("'", '"');
    expect(text).toContain('annotations.origin == "registry"');
    expect(text).toMatch(/uncommittedChanges(\.orValue\(true\))? == false/);
    expect(text).toMatch(/!from\.startsWith\("fixture"\)|not startswith\(database, "fixture"\)/);
  }
});

test("Policy Controller judges statements in Rego: in CUE one that lacks a field passes", () => {
  expect(read(controller)).not.toContain("type: cue");
});

test("the two image policies of Kyverno ask for the same, and match pods and ephemeral containers apart", () => {
  const [pods, ephemeral] = kyverno.map(only);
  expect(ephemeral?.spec.validations).toEqual(pods?.spec.validations);
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] };
  expect(pods?.spec.matchConstraints).toMatchObject({ resourceRules: [{ ...rule, resources: ["pods"] }] });
  expect(ephemeral?.spec.matchConstraints).toMatchObject({
    resourceRules: [{ ...rule, resources: ["pods/ephemeralcontainers"] }],
  });
});

test("repositories are those of trust.json and of the production overlay", () => {
  const repositories = trust.repositories.map((repository) => `'${repository}'`).join(", ");
  expect(variable("kubernetes/image-source.yaml", "repositories")).toBe(`[${repositories}]`);
  const overlay = parse(readFileSync(join(root, "k8s/overlays/production/kustomization.yaml"), "utf8")) as {
    images: { newName: string }[];
  };
  expect(overlay.images.map(({ newName }) => newName)).toEqual(trust.repositories);
});

test("the digests that trust.json revokes are revoked in every policy, and no others", () => {
  const revoked = trust.revoked.map((digest) => `'${digest}'`).join(", ");
  for (const file of ["kubernetes/image-source.yaml", ...kyverno])
    expect(variable(file, "revoked"), file).toBe(`[${revoked}]`);
});

test("both engines have the same hardening rules", () => {
  const rules = only("kyverno/pod-hardening.yaml").spec.validations;
  expect(only("kubernetes/pod-hardening.yaml").spec.validations).toEqual(rules);
  expect(rules?.length).toBeGreaterThan(10);
});

test("everything that refuses fails closed, and judges the namespace of the manifests by a label that nobody can set", () => {
  const { namespace } = parse(readFileSync(join(root, "k8s/base/kustomization.yaml"), "utf8")) as { namespace: string };
  const key = "kubernetes.io/metadata.name";
  const selected = { namespaceSelector: { matchExpressions: [{ key, operator: "In", values: [namespace] }] } };
  for (const file of [...kyverno, "kyverno/pod-hardening.yaml"]) {
    expect(only(file).spec, file).toMatchObject({ failurePolicy: "Fail", validationActions: ["Deny"] });
    expect(only(file).spec.matchConstraints, file).toMatchObject(selected);
  }
  for (const file of backstop) {
    const [policy, binding] = policies(file);
    expect(policy?.spec.failurePolicy, file).toBe("Fail");
    expect(binding?.spec.matchResources, file).toEqual(selected);
    expect(binding?.spec.validationActions, file).toEqual(file.includes("exceptions") ? ["Warn", "Audit"] : ["Deny"]);
  }
});

test("the backstop judges every kind of workload and both ways into a pod", () => {
  const judged = backstop.map((file) => only(file).spec.matchConstraints);
  const conditions = backstop.slice(0, 2).map((file) => only(file).spec.matchConditions);
  expect(conditions).toEqual([[{ name: "another-pod", expression: expect.any(String) as string }], conditions[0]]);
  expect(judged[1]).toEqual(judged[0]);
  expect(judged[2]).toEqual(judged[0]);
  expect(judged[0]).toMatchObject({
    resourceRules: [
      { resources: ["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"] },
      { resources: ["daemonsets", "deployments", "replicasets", "statefulsets"] },
      { resources: ["cronjobs", "jobs"] },
    ],
  });
});

test("no exception stands in the policy by default, and there is none for ephemeral containers", () => {
  expect(variable("kyverno/images.yaml", "exceptions")).toBe("{'': {'name': '', 'expires': '1970-01-01T00:00:00Z'}}");
  expect(variable("kyverno/ephemeral-images.yaml", "judged")).toBe("variables.all");
});
