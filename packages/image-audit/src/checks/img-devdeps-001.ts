import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { appPackages, productionFolders, reachableInstalls } from "../image/dependencies.ts";
import { atMost, inLayer } from "../image/evidence.ts";
import type { PackageManifest } from "../image/packages.ts";
import { viewOf } from "../image/view.ts";
import { type Evidence, fail, type Outcome, pass, unknown } from "../outcome.ts";

export const imgDevdeps001 = defineCheck({
  id: "IMG-DEVDEPS-001",
  title: "Only what production needs is installed, no development dependency",
  severity: "medium",
  needs: ["image"],
  rationale: "Compilers, test runners and their hundreds of dependencies never run there, but count in every scan.",
  remediation: "Install for production only, in a stage of its own, and copy the result.",
  references: ["https://pnpm.io/cli/deploy", "https://docs.npmjs.com/cli/commands/npm-ci"],
  judge(observation) {
    const view = viewOf(observation);
    const apps = appPackages(view, observation.config);
    if (apps.length === 0) return withoutManifest([...view.keys()]);
    const installs = [...reachableInstalls(view, apps)];
    if (installs.length > 0 && apps.every(({ manifest }) => namesNothing(manifest))) {
      return unknown(`${installs.length} packages, but no package.json of the app names any dependency`);
    }
    const development = new Set(apps.flatMap(({ manifest }) => Object.keys(manifest.devDependencies)));
    const needed = productionFolders(view, apps, { optionalPeers: false });
    const usable = productionFolders(view, apps, { optionalPeers: true });
    const found = { named: [] as Evidence[], others: [] as Evidence[] };
    for (const [folder, name] of installs) {
      const layer = view.get(posix.join(folder, "package.json"))?.layer;
      if (needed.has(folder) || layer === undefined) continue;
      if (development.has(name)) found.named.push(inLayer(`devDependency ${name}`, layer, folder));
      else if (!usable.has(folder)) found.others.push(inLayer(`no production dependency needs ${name}`, layer, folder));
    }
    const evidence = [...found.named, ...found.others];
    if (evidence.length === 0) return pass(`${installs.length} packages, all needed by production dependencies`);
    return fail("Install for production only: pnpm deploy --prod, npm ci --omit=dev.", ...atMost(15, evidence));
  },
});

function namesNothing({ dependencies, devDependencies, optionalDependencies }: PackageManifest): boolean {
  return [dependencies, devDependencies, optionalDependencies].every((names) => Object.keys(names).length === 0);
}

// npm itself lives in a node_modules folder of the base, yarn and the distribution's packages too: only others are the
// app's. An app may well be in /usr/src or /opt.
const globalFolders = /^\/(usr\/(local\/)?lib\/node_modules|opt\/yarn-[^/]+|usr\/share)\//;

function withoutManifest(paths: readonly string[]): Outcome {
  const installed = paths.find((path) => path.includes("/node_modules/") && !globalFolders.test(path));
  if (installed === undefined) return pass("no package.json of an app and no node_modules");
  return unknown("node_modules without a package.json of an app: nothing says which are devDependencies");
}
