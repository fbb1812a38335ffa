import { partsOf } from "../repository.ts";
import { counted, type Rule } from "../rule.ts";

/** One repository, or tags of it, that its owner has given up. Patterns are anchored at both ends. */
type Dead = { repository: string; tag?: string; reason: string; source: string; since: string; use: string };

/**
 * No FROM line names a repository that is still there and no longer fed. A registry does not say so: such an image is
 * pulled as before and never patched again. The list is committed data with sources.
 */
export const baseRepository: Rule = {
  name: "base-repository",
  part: "offline",
  examine(repository) {
    const { dead } = repository.json<{ dead: Dead[] }>("proof/pins/dead-repositories.json");
    const froms = repository.fromLines();
    const findings = froms.flatMap(({ file, line, ref }) => {
      const { name, tag } = partsOf(ref);
      const familiar = name.replace(/^docker\.io\//, "").replace(/^library\//, "");
      return dead
        .filter((entry) => whole(entry.repository, familiar) && (entry.tag === undefined || whole(entry.tag, tag)))
        .map(({ reason, since, use }) => ({
          where: `${file}:${line}`,
          message: `${name}:${tag}: ${reason} (since ${since})`,
          fix: `use ${use}`,
        }));
    });
    return {
      seen: `${counted(froms.length, "FROM line")}, ${counted(dead.length, "entry").replace("entrys", "entries")} of dead-repositories.json`,
      findings,
    };
  },
};

function whole(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}
