import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck } from "../supply/check.ts";

export const supRepo001 = defineSupplyCheck({
  id: "SUP-REPO-001",
  title: "The image lies in a repository of ours",
  severity: "medium",
  rationale:
    "A signed image can be copied with its signature. From another registry it is out of reach of whoever revokes it.",
  remediation: "Pull it from a repository that trust.json names.",
  references: ["https://github.com/opencontainers/distribution-spec"],
  judge({ repository, trust: { repositories } }) {
    if (repositories.includes(repository)) return pass(`${repository} is one of ours`);
    return fail(`Use ${repositories.join(" or ")}.`, `${repository} is not in trust.json`);
  },
});
