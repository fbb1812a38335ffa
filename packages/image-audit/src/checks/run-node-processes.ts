import { type Observation, traceOf } from "../observation.ts";
import { type Outcome, unknown } from "../outcome.ts";
import type { NodeProcess } from "../run/observation.ts";

/** Judges the processes of the image's Node; unknown when none was seen. */
export function judgeNodes(observation: Observation, judge: (nodes: readonly NodeProcess[]) => Outcome): Outcome {
  const { start, nodes } = traceOf(observation, "asRun");
  if (nodes.length > 0) return judge(nodes);
  return unknown(`no process of the image's Node could be looked at: ${start.error ?? "none was there"}`);
}

type Switches = NonNullable<NodeProcess["switches"]>;

/** The same with what each process's switches amount to; unknown when one of them could not be asked. */
export function judgeSwitches(
  observation: Observation,
  judge: (nodes: readonly (Switches & { pid: number })[]) => Outcome,
): Outcome {
  return judgeNodes(observation, (nodes) => {
    const asked = nodes.flatMap(({ pid, switches }) => (switches === null ? [] : [{ pid, ...switches }]));
    const silent = nodes.find(({ switches }) => switches === null);
    if (silent === undefined) return judge(asked);
    return unknown(`process ${silent.pid}: no second Node with its arguments and environment could be asked`);
  });
}

/** Names processes by their numbers, for evidence. */
export function named(nodes: readonly { pid: number }[]): string {
  return `Node process${nodes.length === 1 ? "" : "es"} ${nodes.map(({ pid }) => pid).join(", ")}`;
}
