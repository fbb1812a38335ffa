import { counted, type Finding, type Rule } from "../rule.ts";

type Lock = { packages: Record<string, { link?: boolean; inBundle?: boolean; integrity?: string }> };

/** What npm and pip fetch beside the workspace is exact and comes by hash. */
export const hashes: Rule = {
  name: "hashes",
  part: "offline",
  examine(repository) {
    const findings: Finding[] = [];
    const requirements = repository.files("**/requirements.txt");
    for (const file of requirements) {
      for (const [requirement = ""] of repository.read(file).matchAll(/^[^#\s-](?:.*\\\n)*.*$/gm)) {
        if (/^[\w.-]+==[\w.]+ /.test(requirement) && requirement.includes("--hash=sha256:")) continue;
        const message = `${requirement.split(/\s/)[0]} is not name==version with --hash=sha256:…`;
        findings.push({ where: file, message, fix: "pip hash prints it for a downloaded wheel" });
      }
    }
    const locks = repository.files("**/package-lock.json");
    for (const file of locks) {
      for (const [name, { link, inBundle, integrity }] of Object.entries(repository.json<Lock>(file).packages)) {
        const parent = link === true || inBundle === true; // a workspace, or inside another package's archive
        if (name === "" || parent || integrity?.startsWith("sha512-")) continue;
        findings.push({ where: file, message: `${name} has no sha512 integrity`, fix: "npm install writes it" });
      }
    }
    return { seen: counted(requirements.length + locks.length, "file"), findings };
  },
};
