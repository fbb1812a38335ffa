import type { Run } from "pipeline/started";
import type { ApiServer } from "../admission/api-server.ts";
import type { RepositoryCopy } from "../repository-copy.ts";
import type { Environment, Shell } from "./shell.ts";

/** Where the drill takes place: a copy of the repository, and all that it talks to. Everything ends with it. */
export type Scene = Disposable & {
  run: Run;
  copy: RepositoryCopy;
  /** In the copy, with this machine's services in its environment. */
  shell: Shell;
  api: ApiServer;
  /** `localhost:PORT/hardened-node-api` */
  repository: string;
  dependency: { name: string; affected: string; fixed: string };
  /** Where the image's bases came from. */
  bases: string[];
  /** What the scanner knows, by the day. */
  known: Record<"yesterday" | "today", Environment>;
  /** References by digest, once released; exit code of the rescan, once it ran. */
  old?: string;
  patched?: string;
  rescan?: number | null;
};
