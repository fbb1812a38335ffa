import { recordedRuns } from "pipeline/started";

/** Recorded runs whose command has ended: nobody will remove what they started. Those of other tests still go on. */
export function abandonedRuns(): string[] {
  return recordedRuns().filter((id) => !isAlive(Number(id.split("-").at(-2))));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
