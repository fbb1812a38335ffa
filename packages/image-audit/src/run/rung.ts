import type { ImageConfig } from "../image/observation.ts";
import type { Profile } from "../profile.ts";
import type { Workload } from "../workload.ts";

/** What every rung is given. Times are milliseconds. */
export type RungContext = {
  /** Reference or full ID of an image that the engine has. */
  image: string;
  config: ImageConfig;
  /** Absolute path of the image's own Node; every look inside the container is a script that it runs. */
  nodePath: string;
  workload?: Workload | undefined;
  /** Run conditions; without it the container runs as `docker run IMAGE` would. */
  profile?: Profile | undefined;
  labels: Record<string, string>;
  signal: AbortSignal;
  /** Where temporary folders are made. The engine must see the same files there. */
  workDir: string;
  /** How long the app may take from the stop signal to its end. */
  stopMs: number;
  /** How long the app may take to become ready. */
  startMs: number;
};

/** The rung could not be tried, through no fault of the engine: recorded as `notTried`. */
export class NotTriable extends Error {
  override readonly name = "NotTriable";
}

/**
 * The workload of a rung that cannot do without one.
 * @throws NotTriable when none was given
 */
export function workloadOf(context: RungContext): Workload {
  if (context.workload === undefined) throw new NotTriable("no workload given");
  return context.workload;
}

/** The signal that asks a container of this image to stop, as `docker stop` sends it. */
export function stopSignalOf({ config }: RungContext): string {
  return config.stopSignal ?? "SIGTERM";
}
