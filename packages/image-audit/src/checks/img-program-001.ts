import { defineCheck } from "../check.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { packageOwners } from "../image/owners.ts";
import { unstartedPrograms } from "../image/programs.ts";
import { type Seen, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgProgram001 = defineCheck({
  id: "IMG-PROGRAM-001",
  title: "Every program in the image is Node, the app's own, or named by the start command or the health check",
  severity: "medium",
  needs: ["image"],
  rationale:
    "What nothing starts serves an intruder only: to look around, to fetch more, to become somebody else. And each has " +
    "its own vulnerabilities to patch.",
  remediation: "Copy Node, an init and the app into a base that has nothing else, such as distroless.",
  references: ["https://github.com/GoogleContainerTools/distroless"],
  judge(observation) {
    const view = viewOf(observation);
    const found = unstartedPrograms(view, observation.config);
    if (found.length === 0) return pass(`nothing but Node, the app and what starts them among ${view.size} paths`);
    const owners = packageOwners(view);
    const groups = Map.groupBy(found, ({ entry }) => owners.get(entry.path));
    const packages = groups.size - (groups.has(undefined) ? 1 : 0);
    const evidence = [...groups]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .flatMap(([name, programs]) =>
        told(name === undefined ? "of no recorded package" : `of package ${name}`, programs),
      );
    return fail(
      "Use a distroless base and copy into it what the start command names.",
      `${found.length} programs and scripts that nothing starts, of ${packages} packages`,
      ...atMost(15, evidence),
    );
  },
});

function told(whose: string, programs: readonly Seen[]) {
  const [first, ...others] = programs.toSorted((a, b) => rank(a) - rank(b));
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return [seenFile(`${first.entry.path}${more}, ${whose}`, first)];
}

// The ones that people know first; a package's own scripts last.
function rank({ entry }: Seen): number {
  return /\/s?bin\//.test(entry.path) ? 0 : 1;
}
