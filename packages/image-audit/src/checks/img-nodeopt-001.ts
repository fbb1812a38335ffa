import { defineCheck } from "../check.ts";
import { redactSecrets } from "../image/secrets.ts";
import { fail, pass } from "../outcome.ts";

export const imgNodeopt001 = defineCheck({
  id: "IMG-NODEOPT-001",
  title: "NODE_OPTIONS is not in the image's environment",
  severity: "low",
  needs: ["image"],
  rationale:
    "Every Node in the container obeys it: the health check takes the app's heap limit and loads its agents, each time; " +
    "so does every child process and whatever is started with docker exec.",
  remediation: "Give Node's options as arguments of the start command.",
  references: ["https://nodejs.org/api/cli.html#node_optionsoptions"],
  judge({ config }) {
    const value = config.env["NODE_OPTIONS"] ?? "";
    if (value.trim() === "") return pass("no NODE_OPTIONS");
    const heirs = ["CMD", "CMD-SHELL"].includes(config.healthcheck?.test[0] ?? "")
      ? "the health check inherits it"
      : "whatever is started beside the app inherits it";
    return fail('Write CMD ["node", "--OPTION", "main.js"].', `NODE_OPTIONS=${redactSecrets(value)}: ${heirs}`);
  },
});
