import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { installedName } from "../image/packages.ts";
import { isExecutable, type MergedView, resolvePath, type Seen, viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

const distribution = "apk apt apt-cache apt-get aptitude dnf dpkg microdnf opkg pacman rpm yum zypper".split(" ");
const node = "bun bunx corepack npm npx pnpm pnpx yarn yarnpkg".split(" ");
const others = "pip pip3".split(" ");
const programs: ReadonlySet<string> = new Set([...distribution, ...node, ...others]);
// The program may be gone and the library still be there: `node …/npm/bin/npm-cli.js` installs as well.
const libraries: ReadonlySet<string> = new Set(["corepack", "npm", "pnpm", "yarn"]);

export const imgPkg001 = defineCheck({
  id: "IMG-PKG-001",
  title: "The image has no package manager",
  severity: "medium",
  needs: ["image"],
  rationale: "A package manager is a downloader with a licence to execute: the intruder's tools are one command away.",
  remediation: "Use a base without package managers and copy the installed app into it.",
  references: ["https://github.com/GoogleContainerTools/distroless"],
  judge(observation) {
    const view = viewOf(observation);
    const found = [...view.values()].flatMap((seen) => packageManager(view, seen));
    if (found.length === 0) return pass(`no package manager among ${view.size} paths`);
    return fail("Use a final base without apt, apk, npm, yarn, pnpm and corepack.", ...atMost(15, found));
  },
});

function packageManager(view: MergedView, seen: Seen): Evidence[] {
  const { path } = seen.entry;
  const name = posix.basename(path);
  // Cron jobs and bash completions are named after the program that they call.
  if (programs.has(name) && !path.startsWith("/etc/")) {
    const resolved = resolvePath(view, path);
    if (resolved !== null && isExecutable(resolved.entry)) return [seenFile(`package manager ${name}`, seen)];
  }
  const library = name === "package.json" ? installedName(posix.dirname(path)) : undefined;
  return library !== undefined && libraries.has(library)
    ? [seenFile(`package manager ${library}, as a library`, seen)]
    : [];
}
