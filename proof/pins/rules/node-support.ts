import { partsOf } from "../repository.ts";
import { counted, type Finding, type Rule } from "../rule.ts";

type Release = { major: number; longTermFrom?: string; end: string };
type Support = { source: string; asOf: string; goodForDays: number; releases: Release[] };

const DAY = 86_400_000;
/** An update of the major needs planning; a warning on the last day comes too late. */
const NOTICE_DAYS = 120;

/** FROM lines whose reference names no Node version, with the reason. */
const UNVERSIONED: Record<string, string> = {
  "cgr.dev/chainguard/node": "the vendor's free image has no tag but latest; its digest pins the version",
};

/** One Node major in all FROM lines, under long-term support today and for some months more. */
export const nodeSupport: Rule = {
  name: "node-support",
  part: "offline",
  examine(repository, today) {
    const file = "proof/pins/node-support.json";
    const { source, asOf, goodForDays, releases } = repository.json<Support>(file);
    const findings: Finding[] = [];
    const age = Math.floor((today.getTime() - Date.parse(asOf)) / DAY);
    if (age > goodForDays) {
      const message = `is of ${asOf}, ${age} days old; it is good for ${goodForDays}`;
      findings.push({ where: file, message, fix: `read the dates again from ${source.replace(/ at .*/, "")}` });
    }
    const majors = new Map<number, string>();
    for (const { file: dockerfile, line, ref } of repository.fromLines()) {
      const major = majorOf(ref);
      if (major !== undefined) majors.set(major, majors.get(major) ?? `${dockerfile}:${line}`);
      else if (UNVERSIONED[partsOf(ref).name] === undefined) {
        const message = `${ref} names no Node version`;
        findings.push({ where: `${dockerfile}:${line}`, message, fix: "use a tag that names it" });
      }
    }
    if (majors.size > 1) {
      const message = `FROM lines of Node ${[...majors.keys()].join(" and ")}`;
      findings.push({ where: [...majors.values()].join(", "), message, fix: "build and run on one major" });
    }
    for (const [major, where] of majors) findings.push(...supportOf(major, where, releases, today));
    return { seen: `Node ${[...majors.keys()].join(", ")}, dates of ${asOf}`, findings };
  },
};

/** @returns findings of one major on one day: unknown, not yet or never long-term, ended, ends soon */
function supportOf(major: number, where: string, releases: Release[], today: Date): Finding[] {
  const release = releases.find((candidate) => candidate.major === major);
  const fix = "move FROM lines, engines and toolchain to a major under long-term support";
  if (release === undefined) {
    return [{ where, message: `node-support.json does not know Node ${major}`, fix: "add its dates from the source" }];
  }
  if (release.longTermFrom === undefined || Date.parse(release.longTermFrom) > today.getTime()) {
    return [{ where, message: `Node ${major} is not under long-term support`, fix }];
  }
  const left = Math.ceil((Date.parse(release.end) - today.getTime()) / DAY);
  if (left > NOTICE_DAYS) return [];
  const when = left < 0 ? "ended" : `ends in ${counted(left, "day")},`;
  return [{ where, message: `support of Node ${major} ${when} on ${release.end}`, fix }];
}

function majorOf(ref: string): number | undefined {
  const { name, tag } = partsOf(ref);
  const found = /\/nodejs(\d+)/.exec(name)?.[1] ?? (/(?:^|\/)node$/.test(name) ? /^(\d+)/.exec(tag)?.[1] : undefined);
  return found === undefined ? undefined : Number(found);
}
