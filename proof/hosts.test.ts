import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

/** Host names of this machine's package registries, from the machine's own configuration. */
function registryHosts(): string[] {
  const sources = globSync(["/etc/apt/sources.list", "/etc/apt/sources.list.d/*"]).map((file) =>
    readFileSync(file, "utf8"),
  );
  const answers = [
    ["npm", "config", "get", "registry"],
    ["python3", "-m", "pip", "config", "get", "global.index-url"],
    ["go", "env", "GOPROXY"],
  ].map(([command = "", ...args]) => spawnSync(command, args, { encoding: "utf8" }).stdout ?? "");
  const urls = [...sources, ...answers].join("\n").matchAll(/https?:\/\/([a-z0-9.-]+)/gi);
  return [...new Set([...urls].map((match) => match[1] ?? ""))];
}

function filesNaming(names: string[], root: string): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  const files = listed.split("\n").filter((file) => file !== "" && existsSync(join(root, file)));
  return files.filter((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return names.some((name) => text.includes(name));
  });
}

test("no file names a package registry host: scripts read it from the machine", () => {
  const hosts = registryHosts();
  expect(hosts.length).toBeGreaterThan(0);
  expect(filesNaming(hosts, ROOT)).toEqual([]);
});

test("the search finds a name that is there", () => {
  expect(filesNaming(["hardened-node-api.run"], ROOT)).toContain("pipeline/started.ts");
});
