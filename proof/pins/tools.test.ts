import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Repository } from "./repository.ts";
import { tools } from "./rules/tools.ts";

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

const MOD = "module tools/x\n\ntool example.org/x/cmd/x\n\nrequire (\n\texample.org/x v1.2.3 // indirect\n)\n";

async function messages(version: string, files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "pins-tools-"));
  roots.push(root);
  mkdirSync(join(root, "pipeline"));
  mkdirSync(join(root, "proof/tools/x"), { recursive: true });
  const listed = [
    { name: "x", version, module: "example.org/x/cmd/x" },
    { name: "skopeo", version: "1.x" },
  ];
  writeFileSync(join(root, "pipeline/tools.json"), JSON.stringify({ tools: listed }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, "proof/tools/x", file), text);
  const { findings } = await tools.examine(new Repository(root), new Date(0));
  return findings.map(({ message }) => message);
}

test("a tool at the version of its module is as it should be", async () => {
  expect(await messages("1.2.3", { "go.mod": MOD, "go.sum": "" })).toEqual([]);
});

test.each([
  ["another version", "1.2.4", { "go.mod": MOD, "go.sum": "" }, "does not require it at v1.2.4"],
  [
    "a version that is a beginning of the real one",
    "1.2.3",
    { "go.mod": MOD.replace("v1.2.3", "v1.2.34"), "go.sum": "" },
    "does not require it",
  ],
  ["no sums", "1.2.3", { "go.mod": MOD }, "has no go.sum"],
  ["no module", "1.2.3", {}, "no module in proof/tools builds example.org/x/cmd/x"],
  ["a range", "1.x", { "go.mod": MOD, "go.sum": "" }, "x 1.x is no exact version"],
])("%s is found", async (_, version, files, message) => {
  expect(await messages(version, files as Record<string, string>)).toEqual([expect.stringContaining(message)]);
});

test("a copy without the list is skipped by name", async () => {
  const root = mkdtempSync(join(tmpdir(), "pins-tools-"));
  roots.push(root);
  expect(await tools.examine(new Repository(root), new Date(0))).toMatchObject({
    findings: [],
    skipped: [expect.stringContaining("tools.json is not here")],
  });
});
