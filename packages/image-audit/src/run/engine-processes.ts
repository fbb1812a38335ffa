import { z } from "zod";
import type { ProbedContainer } from "./probed-container.ts";
import { NotTriable } from "./rung.ts";

// Podman leaves out a list that would be empty.
const Listed = z.object({ Processes: z.array(z.tuple([z.string(), z.string()])).default([]) });

/** One process of the container as the engine sees it from outside; the ID is that of the engine's machine. */
export type EngineProcess = { pid: number; args: string };

/**
 * What `docker top` lists: nothing has to run inside for it.
 * @throws NotTriable when the engine lists none
 */
export async function engineProcesses({ raw }: ProbedContainer): Promise<EngineProcess[]> {
  const listed: unknown = await raw.top({ ps_args: "-eo pid,args" }).catch((cause: Error) => {
    throw new NotTriable(`the engine lists no processes: ${cause.message}`, { cause });
  });
  return Listed.parse(listed).Processes.map(([pid, args]) => ({ pid: Number(pid), args }));
}

/** Whether a process runs that program, whatever folder it was named with. */
export function runs({ args }: EngineProcess, program: string): boolean {
  const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  return nameOf(args.split(" ")[0] ?? "") === nameOf(program);
}
