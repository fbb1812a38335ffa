import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

// policies/falco.yaml without a Falco: what its own loader would refuse, as far as text shows it.
type Entry = Record<string, unknown>;
const root = join(import.meta.dirname, "..");
const text = readFileSync(join(root, "policies/falco.yaml"), "utf8");
const entries = parse(text) as Entry[];

/** Used, and in falco.org/docs/reference/rules/supported-fields; container.* come with the container plugin. */
const FIELDS = new Set(
  (
    "evt.type evt.res evt.rawres evt.is_open_write fs.path.name fd.name fd.typechar fd.net fd.sport fd.l4proto " +
    "proc.name proc.cmdline proc.pname proc.exepath proc.is_exe_upper_layer proc.is_exe_from_memfd user.uid " +
    "container.id container.image.repository container.image.digest k8s.pod.name k8s.ns.name"
  ).split(" "),
);
/** Deprecated or gone by Falco 0.44; a rule that uses one loads with a warning or not at all. */
const GONE = /\bevt\.dir\b|%container\.info|\bspawned_process\b|\bconsider_all_child\b/;
const WORDS = new Set("and or not in contains startswith endswith exists host true false".split(" "));
const SHAPES: Record<string, string[]> = {
  list: ["list", "items"],
  macro: ["macro", "condition"],
  rule: ["rule", "desc", "condition", "output", "priority", "tags"],
  required_engine_version: ["required_engine_version"],
  required_plugin_versions: ["required_plugin_versions"],
};
const PRIORITIES = ["CRITICAL", "ERROR", "WARNING"];

type Defined = { list: Set<string>; macro: Set<string> };

/** Everything wrong with the entries, one line each. */
function problems(all: Entry[]): string[] {
  const defined: Defined = { list: new Set(), macro: new Set() };
  return all.flatMap((entry) => {
    const found = problemsOf(entry, defined);
    const [kind, name] = Object.entries(entry)[0] ?? [];
    if (kind === "list" || kind === "macro") defined[kind].add(String(name));
    return found;
  });
}

function problemsOf(entry: Entry, defined: Defined): string[] {
  const [kind = "", name] = Object.entries(entry)[0] ?? [];
  const condition = String(entry["condition"] ?? "");
  const printed = [...String(entry["output"] ?? "").matchAll(/%([\w.]+)/g)].map(([, field = ""]) => field);
  const found = [
    JSON.stringify(Object.keys(entry)) === JSON.stringify(SHAPES[kind]) ? "" : "fields",
    kind !== "rule" || PRIORITIES.includes(String(entry["priority"])) ? "" : "priority",
    GONE.test(JSON.stringify(entry)) ? "deprecated" : "",
    count(condition, "(") === count(condition, ")") ? "" : "brackets",
    ...unresolved(condition, defined).map((word) => `${word} is not defined above`),
    ...printed.filter((field) => !FIELDS.has(field)).map((field) => `no field ${field}`),
  ];
  return found.filter((problem) => problem !== "").map((problem) => `${String(name)}: ${problem}`);
}

/** Words of a condition that are no field, no macro, no list, no value: Falco refuses the file at the first. */
function unresolved(condition: string, { list, macro }: Defined): string[] {
  const values = condition
    .replaceAll(/"[^"]*"/g, "")
    .replaceAll(/\b(startswith|contains) \S+?(?=\)|\s)/g, "")
    .replaceAll(/(=|>=) -?[\w.]+/g, "")
    .replaceAll(/\b(evt\.type|fd\.typechar) in \([^)]*\)/g, "$1")
    .replaceAll(/ in \((\w+)\)/g, (_, name: string) => (list.has(name) ? "" : ` list:${name}`));
  const words = values.match(/[\w.:]+/g) ?? [];
  return words.filter((word) => !WORDS.has(word) && !FIELDS.has(word) && !macro.has(word));
}

const count = (within: string, piece: string) => within.split(piece).length - 1;
const rules = entries.filter((entry) => "rule" in entry);

test("structure, fields, macros and lists are what Falco's loader asks for", () => {
  expect(problems(entries)).toEqual([]);
});

describe("what its loader would refuse is noticed", () => {
  const shell = rules[0] as Entry & { condition: string };
  test.each([
    ["a field that does not exist", { ...shell, condition: "proc.nmae in (hardened_shells)" }],
    ["a macro that does not exist", { ...shell, condition: `hardened_spawn and ${shell.condition}` }],
    ["a list that does not exist", { ...shell, condition: "proc.name in (hardened_shell)" }],
    ["a bracket too many", { ...shell, condition: `(${shell.condition}` }],
    ["an output with an unknown field", { ...shell, output: "%proc.nmae" }],
    ["a deprecated direction", { ...shell, condition: `evt.dir = < and ${shell.condition}` }],
    ["an unknown priority", { ...shell, priority: "HIGH" }],
    ["a rule without a description", (({ desc: _desc, ...rest }) => rest)(shell as Entry)],
  ])("%s", (_, entry) => {
    expect(problems([...entries, entry])).not.toEqual([]);
  });

  test.each(entries.filter((entry) => "list" in entry || "macro" in entry).map((entry) => [Object.values(entry)[0]]))(
    "%s taken out",
    (name) => {
      const rest = entries.filter((entry) => entry["list"] !== name && entry["macro"] !== name);
      expect(problems(rest).length).toBeGreaterThan(0);
    },
  );
});

test("the rules are there, each bound to this service, with trigger and attack above it", () => {
  expect(rules.map(({ rule }) => rule)).toEqual([
    "Shell in a hardened container",
    "Write outside tmp in a hardened container",
    "Root in a hardened container",
    "Package manager in a hardened container",
    "Program that is not of the image in a hardened container",
    "Unexpected outbound connection from a hardened container",
  ]);
  for (const { rule, condition } of rules) {
    expect(condition).toContain("hardened_container");
    const above = text
      .slice(0, text.indexOf(`- rule: ${String(rule)}`))
      .split("\n\n")
      .at(-1);
    expect(above, String(rule)).toMatch(
      /^# Trigger: (docker exec|a copy of node).+\n# Attack: .*(spawn-shell|write-backdoor)/,
    );
  }
});

test("the programs are those of the image, the images and the namespace those that are deployed", () => {
  const items = (list: string) => entries.find((entry) => entry["list"] === list)?.["items"];
  const dockerfile = readFileSync(join(root, "docker/4-signed.Dockerfile"), "utf8");
  const started = ["ENTRYPOINT", "CMD"].map((word) => new RegExp(`^${word} \\["([^"]+)"`, "m").exec(dockerfile)?.[1]);
  expect(items("hardened_programs")).toEqual(started);
  const trust = JSON.parse(readFileSync(join(root, "policies/trust.json"), "utf8")) as { repositories: string[] };
  expect(items("hardened_images")).toEqual(trust.repositories);
  const base = parse(readFileSync(join(root, "k8s/base/kustomization.yaml"), "utf8")) as { namespace: string };
  expect(items("hardened_namespaces")).toEqual([base.namespace]);
});
