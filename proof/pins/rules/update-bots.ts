import { unshared } from "../repository.ts";
import { counted, type Finding, type Rule } from "../rule.ts";
import { dependabotPlaces, differences, MANAGERS, placesOf } from "../updates.ts";

/** Every folder with pins is known to Dependabot, and every ecosystem to Renovate; nothing else is. */
export const updateBots: Rule = {
  name: "update-bots",
  part: "offline",
  examine(repository) {
    const existing = placesOf(repository);
    const findings: Finding[] = differences(existing, dependabotPlaces(repository)).map((message) => ({
      where: ".github/dependabot.yml",
      message,
      fix: "configure what exists, and nothing else",
    }));
    const { enabledManagers } = repository.json<{ enabledManagers: string[] }>("renovate.json");
    const wanted = new Set(existing.map(({ ecosystem }) => MANAGERS[ecosystem] ?? ecosystem));
    for (const manager of unshared(wanted, enabledManagers)) {
      const message = wanted.has(manager) ? `${manager} is not enabled` : `there is nothing for ${manager}`;
      findings.push({ where: "renovate.json", message, fix: "enable the managers of what exists, and no others" });
    }
    return { seen: counted(existing.length, "folder"), findings };
  },
};
