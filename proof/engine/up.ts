import { command } from "pipeline/command";
import { ToolError } from "../errors.ts";
import { gatherFacts } from "./facts.ts";
import { install } from "./install.ts";
import { planOf } from "./plan.ts";
import { start } from "./start.ts";

const say = (line: string) => process.stderr.write(`engine: ${line}\n`);

// The engine outlives it. One step at a time, each followed by a new look: an installation can bring a running engine
// (systemd) or a stopped one.
await command("engine", async () => {
  const done = new Set<string>();
  for (;;) {
    const facts = await gatherFacts();
    const plan = planOf(facts);
    if (plan.action === "nothing") {
      say(`Docker Engine ${facts.server}, buildx ${facts.buildx}`);
      return 0;
    }
    if (plan.action === "refuse") throw new ToolError(plan.message);
    const step = plan.action === "install" ? `install ${plan.part}` : plan.action;
    if (done.has(step))
      throw new ToolError(`expected "${step}" to help, ${plan.why} still: make doctor says what is there`);
    done.add(step);
    say(plan.why);
    if (plan.action === "install") await install(plan.part, facts.distribution?.codename ?? "", say);
    else await start(facts.systemd, say);
  }
});
