import { join } from "node:path";
import { readCatalog } from "../../bases/catalog.ts";
import { partsOf, unshared } from "../repository.ts";
import { counted, type Finding, type Rule } from "../rule.ts";

/** Every FROM is `name:tag@sha256:…`, one tag has one digest everywhere, and bases.json knows exactly these. */
export const baseDigest: Rule = {
  name: "base-digest",
  part: "offline",
  examine(repository) {
    const froms = repository.fromLines();
    const findings: Finding[] = [];
    const digests = new Map<string, string>();
    for (const { file, line, ref } of froms) {
      const where = `${file}:${line}`;
      const { name, tag, digest } = partsOf(ref);
      if (tag === "" || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
        const fix = "docker buildx imagetools inspect NAME:TAG prints the index digest; write NAME:TAG@DIGEST";
        findings.push({
          where,
          message: `${ref} is not name:tag@sha256:…; whoever moves the tag changes the image`,
          fix,
        });
        continue;
      }
      const first = digests.get(`${name}:${tag}`) ?? digest;
      digests.set(`${name}:${tag}`, first);
      if (first !== digest) {
        const message = `${name}:${tag} has another digest here than in an earlier FROM line`;
        findings.push({ where, message, fix: "use one digest for one tag" });
      }
    }
    const named = new Set(froms.map(({ ref }) => ref));
    const known = new Set(readCatalog(join(repository.root, "proof/bases.json")).map(({ ref }) => ref));
    for (const ref of unshared(named, known)) {
      const message = named.has(ref) ? `${ref} is in a FROM line, not in bases.json` : `${ref} is in no FROM line`;
      findings.push({ where: "proof/bases.json", message, fix: "change FROM lines and bases.json together" });
    }
    return { seen: counted(froms.length, "FROM line"), findings };
  },
};
