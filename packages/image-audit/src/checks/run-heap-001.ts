import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";
import { judgeSwitches } from "./run-node-processes.ts";

const mebibyte = 2 ** 20;
// What Node has besides V8's heap: its own memory, stacks, Buffers. An idle API has some 20 MiB of it.
const headroom = 32 * mebibyte;
const fix = "Set a memory limit, and --max-old-space-size so that heap and tmpfs fit it.";

export const runHeap001 = defineCheck({
  id: "RUN-HEAP-001",
  title: "The heap and the writable tmpfs fit the container's memory limit, with 32 MiB to spare",
  severity: "high",
  needs: ["runs.asRun"],
  rationale:
    "Without a limit one hungry container takes the whole node down. With one and without a heap limit inside it, V8 " +
    "believes it has room when the kernel already kills: no message, no drain. Files in a tmpfs count against the same " +
    "limit. (/dev/shm does, too; it is not counted, because Node does not use it.)",
  remediation:
    "Run with --memory, start node with --max-old-space-size: heap + tmpfs + 32 MiB at most the limit. As an argument, " +
    "not in NODE_OPTIONS, which a health check inherits.",
  references: [
    "https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib",
    "https://docs.docker.com/engine/containers/resource_constraints/",
  ],
  judge: (observation, { memoryBytes = Number.POSITIVE_INFINITY }) =>
    judgeSwitches(observation, (nodes) => {
      const { memoryLimitBytes, tmpfs } = traceOf(observation, "asRun");
      if (memoryLimitBytes === null) return fail(fix, "the container has no memory limit");
      const limit = Math.min(memoryLimitBytes, memoryBytes);
      const heap = sum(nodes.map(({ heapLimitBytes }) => heapLimitBytes));
      const files = sum(tmpfs.map(({ sizeBytes }) => sizeBytes));
      const places = tmpfs.length === 0 ? "no tmpfs" : `${tmpfs.map(({ path }) => path).join(", ")} ${mib(files)}`;
      const seen = `heap ${mib(heap)}, ${places}, limit ${mib(limit)}`;
      return heap + files + headroom <= limit ? pass(seen) : fail(fix, seen);
    }),
});

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mib(bytes: number): string {
  return `${Math.round(bytes / mebibyte)} MiB`;
}
