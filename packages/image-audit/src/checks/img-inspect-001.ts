import { defineCheck } from "../check.ts";
import { nodeArguments } from "../image/command.ts";
import { type Started, startedPrograms } from "../image/started.ts";
import { viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

export const imgInspect001 = defineCheck({
  id: "IMG-INSPECT-001",
  title: "Nothing that the image starts opens Node's inspector",
  severity: "high",
  needs: ["image"],
  rationale:
    "Who reaches the inspector's port executes code in the process, without a password: any program in the pod, any page " +
    "in a browser beside it, and with 0.0.0.0 the network.",
  remediation: "Leave --inspect to a developer's own command line.",
  references: ["https://nodejs.org/en/learn/getting-started/debugging#security-implications"],
  judge(observation) {
    const { config } = observation;
    const found: Evidence[] = inspectors(words(config.env["NODE_OPTIONS"])).map((option) => ({
      message: `environment variable NODE_OPTIONS: ${option}`,
    }));
    for (const started of startedPrograms(viewOf(observation), config)) {
      found.push(...openedBy(started).map((option) => ({ message: `${started.where}: ${option}` })));
    }
    if (found.length > 0) return fail("Take it out of the image's configuration and of the npm script.", ...found);
    return pass("no --inspect in NODE_OPTIONS, the start command and the health check");
  },
});

function openedBy({ argv, env }: Started): string[] {
  const node = nodeArguments(argv);
  const options = words(env["NODE_OPTIONS"]);
  // `node inspect main.js` starts the debugger's own client, which opens the port for its child.
  if (node?.script === "inspect") return ["node inspect", ...inspectors(options)];
  // Behind Node's script they are the app's arguments; nodemon, tsx and the like hand them on from anywhere.
  return inspectors([...options, ...(node?.options ?? (runners.test(argv[0] ?? "") ? argv : []))]);
}

const runners = /(^|\/)(nodemon|tsx|ts-node|ts-node-dev|tsnd|pm2|pm2-runtime)(\.[cm]?js)?$/;

// Node takes underscores for dashes.
function inspectors(options: readonly string[]): string[] {
  return options.filter((option) => /^--inspect(-brk|-wait)?(=|$)/.test(option.replaceAll("_", "-")));
}

function words(text = ""): string[] {
  return text.split(/\s+/);
}
