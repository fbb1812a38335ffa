import type { Repository } from "../repository.ts";
import { counted, type Finding, type Rule } from "../rule.ts";

type Tool = { name: string; version: string; module?: string };

/** Every tool that is built here has an exact version, and a committed module that requires it, sums beside it. */
export const tools: Rule = {
  name: "tools",
  part: "offline",
  examine(repository) {
    const file = "pipeline/tools.json";
    if (!repository.has(file)) return { seen: "no tools", findings: [], skipped: [`${file} is not here`] };
    const { tools: listed } = repository.json<{ tools: Tool[] }>(file);
    const built = listed.filter((tool) => tool.module !== undefined);
    const findings: Finding[] = built.flatMap(({ name, version, module = "" }) => {
      if (!/^\d+\.\d+\.\d+$/.test(version)) {
        return [{ where: file, message: `${name} ${version} is no exact version`, fix: "write all three numbers" }];
      }
      const wrong = moduleProblem(repository, module, version);
      const fix = "go get the version that pipeline/tools.json names, and commit go.mod and go.sum";
      return wrong === undefined ? [] : [{ where: file, message: `${name}: ${wrong}`, fix }];
    });
    return { seen: `${counted(listed.length, "tool")}, ${built.length} of them built from a module`, findings };
  },
};

function moduleProblem(repository: Repository, module: string, version: string): string | undefined {
  const wrapper = repository.files("proof/tools/*/go.mod").find((file) => {
    const lines = repository
      .read(file)
      .split("\n")
      .map((line) => line.trim().replace(/^tool /, ""));
    return lines[0] === `module ${module}` || lines.includes(module);
  });
  if (wrapper === undefined) return `no module in proof/tools builds ${module}`;
  const text = repository.read(wrapper);
  if (!repository.has(wrapper.replace(/mod$/, "sum"))) return `${wrapper} has no go.sum beside it`;
  if (text.startsWith(`module ${module}\n`)) return undefined; // its source is here
  const required = [...text.matchAll(/^\s*(?:require )?(\S+) v(\S+)(?: \/\/ indirect)?$/gm)];
  const pinned = required.some(([, path = "", at]) => at === version && `${module}/`.startsWith(`${path}/`));
  return pinned ? undefined : `${wrapper} does not require it at v${version}`;
}
