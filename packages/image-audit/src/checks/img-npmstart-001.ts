import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { startedPrograms } from "../image/started.ts";
import { viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

const managers = new Set("bun bunx corepack npm npx pnpm pnpx yarn yarnpkg".split(" "));

export const imgNpmstart001 = defineCheck({
  id: "IMG-NPMSTART-001",
  title: "The app is started by Node itself, not through a package manager",
  severity: "medium",
  needs: ["image"],
  rationale:
    "npm start is one more process that lives as long as the app: it answers SIGTERM for it, and the container ends with " +
    "npm's exit code instead of the app's. And the image has to ship a package manager.",
  remediation: "Name node and the script in CMD.",
  references: ["https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd"],
  judge(observation) {
    const started = startedPrograms(viewOf(observation), observation.config);
    const found = started.filter(({ argv }) => {
      // node /usr/local/lib/node_modules/npm/bin/npm-cli.js start
      const program = /^node(js)?$/.test(posix.basename(argv[0] ?? "")) ? argv[1] : argv[0];
      return managers.has(posix.basename(program ?? "").replace(/(-cli)?\.[cm]?js$/, ""));
    });
    if (found.length === 0) return pass("no package manager in the start command and the health check");
    const evidence = found.map(({ argv, where }) => `${where}: ${argv.slice(0, 3).join(" ")}`);
    return fail('Write CMD ["node", "main.js"].', ...evidence);
  },
});
