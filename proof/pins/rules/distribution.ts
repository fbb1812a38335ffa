import { partsOf } from "../repository.ts";
import { counted, type Finding, type Rule } from "../rule.ts";

const DEBIAN: Record<string, string> = { trixie: "13", bookworm: "12", bullseye: "11", buster: "10" };

/** Dockerfiles that build on one distribution and run on another, each with what makes that safe. */
const ACCEPTED: Record<string, string> = {
  "docker/variants/alpine.Dockerfile": "its build refuses an image with a native addon in it",
  "docker/variants/chainguard.Dockerfile": "its build refuses an image with a native addon in it",
};

/**
 * Builder and runtime of one Dockerfile are of the same distribution release: what was compiled against one C library
 * need not load on another. A tag that names no release follows a default that moves under it.
 */
export const distribution: Rule = {
  name: "distribution",
  part: "offline",
  examine(repository) {
    const froms = repository.fromLines();
    const findings: Finding[] = [];
    const mixed = new Set<string>();
    for (const [file, lines = []] of Object.entries(Object.groupBy(froms, (from) => from.file))) {
      const releases = new Map(lines.map(({ line, ref }) => [releaseOf(ref), { line, ref }]));
      if (releases.size > 1) mixed.add(file);
      for (const [release, { line, ref }] of releases) {
        if (ACCEPTED[file] !== undefined) continue;
        if (release === "unnamed") {
          const message = `${ref} names no distribution release`;
          findings.push({ where: `${file}:${line}`, message, fix: "use a tag that names it, such as -trixie-slim" });
        }
      }
      if (releases.size > 1 && ACCEPTED[file] === undefined) {
        const message = `builds and runs on ${[...releases.keys()].join(" and ")}`;
        findings.push({ where: file, message, fix: "take builder and final image of one distribution release" });
      }
    }
    for (const file of Object.keys(ACCEPTED).filter((name) => repository.has(name) && !mixed.has(name))) {
      findings.push({ where: file, message: "is accepted as mixed and is not", fix: "remove it from ACCEPTED" });
    }
    return { seen: counted(froms.length, "FROM line"), findings };
  },
};

/** "debian 13", "alpine 3.24", "wolfi", or "unnamed". */
export function releaseOf(ref: string): string {
  const { name, tag } = partsOf(ref);
  const text = `${name}:${tag}`;
  const suite = Object.keys(DEBIAN).find((word) => new RegExp(`\\b${word}\\b`).test(tag));
  if (suite !== undefined) return `debian ${DEBIAN[suite]}`;
  const debian = /-debian(\d+)\b/.exec(text)?.[1];
  if (debian !== undefined) return `debian ${debian}`;
  const alpine = /\balpine(\d+\.\d+)\b/.exec(tag)?.[1];
  if (alpine !== undefined) return `alpine ${alpine}`;
  return name.startsWith("cgr.dev/chainguard/") ? "wolfi" : "unnamed";
}
