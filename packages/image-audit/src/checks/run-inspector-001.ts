import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { type Evidence, fail, pass, unknown } from "../outcome.ts";
import type { AsRunTrace } from "../run/observation.ts";
import { judgeSwitches, named } from "./run-node-processes.ts";

const inspectorPort = 9229;

export const runInspector001 = defineCheck({
  id: "RUN-INSPECTOR-001",
  title: "No inspector is open, and SIGUSR1 neither opens one nor ends the process",
  severity: "high",
  needs: ["runs.asRun"],
  rationale:
    "The inspector runs any code in the app, without a password. Whoever can send a signal, such as a second process " +
    "that an intruder started as the same user, opens it with SIGUSR1.",
  remediation: "Start node with --disable-sigusr1 and without --inspect.",
  references: [
    "https://nodejs.org/api/cli.html#--disable-sigusr1",
    "https://nodejs.org/en/learn/getting-started/security-best-practices",
  ],
  judge: (observation) =>
    judgeSwitches(observation, (nodes) => {
      const { sigusr1, listening } = traceOf(observation, "asRun");
      if (sigusr1 === null) return unknown("SIGUSR1 was not sent");
      const found: Evidence[] = [
        ...nodes.filter(({ inspects }) => inspects).map(({ pid }) => ({ pid, message: `process ${pid}: --inspect` })),
        ...listening.filter(({ port }) => port === inspectorPort).map(({ address }) => opened(address, inspectorPort)),
        ...afterSignal(sigusr1),
      ];
      if (found.length > 0) return fail("Start node with --disable-sigusr1 and without --inspect.", ...found);
      const unsent = sigusr1.processes.find(({ sent }) => !sent);
      if (unsent !== undefined) return unknown(`the probe may not send SIGUSR1 to process ${unsent.pid}`);
      const how = sigusr1.processes.every(({ held }) => held) ? "is held back for good" : "opened nothing";
      return pass(`${named(nodes)}: SIGUSR1 ${how}`);
    }),
});

function afterSignal({ processes, opened: listeners }: NonNullable<AsRunTrace["sigusr1"]>): Evidence[] {
  return [
    ...listeners.map(({ address, port }) => opened(address, port, " since SIGUSR1")),
    ...processes
      .filter(({ sent, alive }) => sent && !alive)
      .map(({ pid }) => ({ pid, message: `process ${pid} ended by SIGUSR1` })),
  ];
}

function opened(address: string, port: number, since = ""): Evidence {
  return { message: `${address} port ${port} listens${since}` };
}
