import { globSync, readFileSync } from "node:fs";
import { BlockList } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";

// Who reaches the pod and what it reaches, and who may come into its namespace at all.
const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

type Rule = { to?: { ipBlock?: { cidr: string; except?: string[] } }[]; ports?: unknown[] };
type Policy = { spec: { podSelector: object; policyTypes: string[]; ingress?: unknown[]; egress?: Rule[] } };
const policies = (file: string) => parseAllDocuments(read(file)).map((document) => document.toJS() as Policy);

function reaches(rule: Rule, address: string): boolean {
  const family = address.includes(":") ? "ipv6" : "ipv4";
  const list = (subnets: string[]) => {
    const block = new BlockList();
    for (const subnet of subnets) {
      const [net = "", prefix] = subnet.split("/");
      if (net.includes(":") === (family === "ipv6")) block.addSubnet(net, Number(prefix), family);
    }
    return block;
  };
  if (rule.to === undefined) return true; // no peer named is everybody
  const blocks = rule.to.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock]));
  return blocks.some(
    ({ cidr, except = [] }) => list([cidr]).check(address, family) && !list(except).check(address, family),
  );
}

test("everything is denied first, both ways, for every pod of the namespace", () => {
  expect(policies("k8s/base/network-policy.yaml")[0]?.spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
});

test("no rule reaches the metadata service; what reaches the world reaches it on port 443 only", () => {
  const files = globSync("k8s/**/network-policy.yaml", { cwd: root });
  expect(files.length).toBeGreaterThan(1);
  const rules = files.flatMap(policies).flatMap(({ spec: { egress = [] } }) => egress);
  for (const address of ["169.254.169.254", "fd00:ec2::254"]) {
    expect(rules.filter((rule) => reaches(rule, address))).toEqual([]);
    expect(reaches({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }] }, address)).toBe(true);
    expect(reaches({}, address)).toBe(true);
  }
  const open = rules.filter((rule) => reaches(rule, "192.0.2.1"));
  expect(open.map(({ ports }) => ports)).toEqual([[{ protocol: "TCP", port: 443 }]]);
  const base = policies("k8s/base/network-policy.yaml").flatMap(({ spec: { egress = [] } }) => egress);
  expect(base.map(({ ports }) => ports)).toEqual([
    [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ],
  ]);
});

test("the Service publishes the API's port, never the admin port", () => {
  const service = parse(read("k8s/base/service.yaml")) as { spec: object };
  expect(service.spec).toMatchObject({ type: "ClusterIP", ports: [{ port: 80, targetPort: "http" }] });
  const deployment = parse(read("k8s/base/deployment.yaml")) as {
    spec: { template: { spec: { containers: object[] } } };
  };
  expect(deployment.spec.template.spec.containers).toMatchObject([
    {
      ports: [
        { name: "http", containerPort: 3000 },
        { name: "admin", containerPort: 9090 },
      ],
    },
  ]);
});

test("Pod Security is restricted in all three ways, at one fixed version", () => {
  const { metadata } = parse(read("k8s/base/namespace.yaml")) as { metadata: { labels: Record<string, string> } };
  const levels = Object.entries(metadata.labels).map(([label, value]) => `${label.split("/")[1]}: ${value}`);
  expect(levels).toEqual(
    ["enforce", "audit", "warn"].flatMap((mode) => [`${mode}: restricted`, `${mode}-version: v1.36`]),
  );
});
