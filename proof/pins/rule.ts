import type { Repository } from "./repository.ts";

/** What is wrong, where, and what to do. */
export type Finding = { where: string; message: string; fix: string };

/** `seen` counts what was looked at; `skipped` names what could not be, with the reason. */
export type Examined = { seen: string; findings: Finding[]; skipped?: string[] };

/**
 * One thing that can be wrong with a pin. `offline` rules read the repository and committed data; `online` rules ask a
 * registry, and what does not answer is skipped by name.
 */
export type Rule = {
  name: string;
  part: "offline" | "online";
  examine: (repository: Repository, today: Date) => Examined | Promise<Examined>;
};

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
