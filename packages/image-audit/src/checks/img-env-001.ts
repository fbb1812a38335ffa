import { defineCheck } from "../check.ts";
import { startEnvironment } from "../image/command.ts";
import { fail, pass } from "../outcome.ts";

export const imgEnv001 = defineCheck({
  id: "IMG-ENV-001",
  title: "NODE_ENV is production",
  severity: "medium",
  needs: ["image"],
  rationale: "Without it Express answers errors with stack traces, and libraries run their slow development paths.",
  remediation: "Set it in the final stage.",
  references: ["https://expressjs.com/en/advanced/best-practice-performance.html#set-node_env-to-production"],
  judge({ config }) {
    const value = startEnvironment(config)["NODE_ENV"]; // an `env` in the start command has the last word
    if (value === "production") return pass("NODE_ENV=production");
    const seen = value === undefined ? "NODE_ENV is not set" : `NODE_ENV=${value}`;
    return fail("Write ENV NODE_ENV=production in the final stage.", seen);
  },
});
